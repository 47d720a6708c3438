#include "world/process_tree.h"

#include <dirent.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/bytes.h"

namespace lifeboat::world {
namespace {

struct Stat {
  char state = 0;  ///< 0: no such process.
  pid_t parent = 0;
};

// proc(5), /proc/pid/stat: `pid (name) state ppid ...`, where the name may hold anything.
Stat ReadStat(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  const size_t at = line.rfind(')');
  if (at == std::string::npos || at + 4 >= line.size()) return {};
  Stat stat;
  stat.state = line[at + 2];
  const std::string_view rest = std::string_view(line).substr(at + 4);
  stat.parent = static_cast<pid_t>(ParseUint(rest.substr(0, rest.find(' '))).value_or(0));
  return stat;
}

}  // namespace

std::vector<pid_t> ProcessTree(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  if (DIR* proc = opendir("/proc")) {
    while (const dirent* entry = readdir(proc)) {
      if (const auto pid = ParseUint(entry->d_name)) {
        children.emplace(ReadStat(static_cast<pid_t>(*pid)).parent, static_cast<pid_t>(*pid));
      }
    }
    closedir(proc);
  }
  std::vector<pid_t> tree{root};
  for (size_t i = 0; i < tree.size(); ++i) {
    const auto [begin, end] = children.equal_range(tree[i]);
    for (auto it = begin; it != end; ++it) tree.push_back(it->second);
  }
  return tree;
}

bool IsStopped(pid_t pid) { return ReadStat(pid).state == 'T'; }

bool AllStopped(const std::vector<pid_t>& pids, bool stopped) {
  return std::all_of(pids.begin(), pids.end(), [&](pid_t pid) {
    const char state = ReadStat(pid).state;
    return state == 0 || state == 'Z' || (state == 'T') == stopped;
  });
}

}  // namespace lifeboat::world
