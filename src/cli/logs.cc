#include <fmt/format.h>

#include <deque>
#include <fstream>

#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {
namespace {

void PrintTail(const std::string& path, int lines) {
  std::ifstream file(path);
  std::deque<std::string> tail;
  for (std::string line; std::getline(file, line);) {
    tail.push_back(std::move(line));
    if (tail.size() > static_cast<size_t>(lines)) tail.pop_front();
  }
  for (const std::string& line : tail) fmt::print("{}\n", line);
}

}  // namespace

int Logs(const CommonOptions& common, const LogsOptions& options) {
  const auto config = LoadWorld(common);
  if (!config) return Fail(config.error().message);
  std::vector<std::string> names;
  for (const world::RegionConfig& region : config->regions) names.push_back(region.name);
  names.insert(names.end(), {"nameserver", "supervisor"});
  if (!options.process.empty()) {
    if (std::find(names.begin(), names.end(), options.process) == names.end()) {
      return Fail(fmt::format("this world has no '{}'; there are {}", options.process,
                              fmt::join(names, ", ")));
    }
    names = {options.process};
  }
  for (const std::string& name : names) {
    if (names.size() > 1) fmt::print("==> {} <==\n", name);
    PrintTail(fmt::format("{}/{}/log", common.data_dir, name), options.lines);
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
