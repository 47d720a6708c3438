#include "net/interpreters.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/bytes.h"
#include "base/log.h"
#include "net/child_process.h"

namespace lifeboat::net {
namespace {

using lambda::Interpreter;
using lambda::Language;

/// One that doesn't say its version in this time is none.
constexpr int kAnswerMs = 5000;
constexpr size_t kAnswerBytesMax = 4096;
constexpr int kNewestPython = 14;
constexpr int kOldestPython = 9;

std::string ReadAll(int fd) {
  std::string text;
  char buffer[512];
  pollfd readable{fd, POLLIN, 0};
  while (text.size() < kAnswerBytesMax && poll(&readable, 1, kAnswerMs) > 0) {
    const ssize_t count = read(fd, buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

/// Waits for its end, which is brought about when it takes too long.
bool EndsWell(const Spawned& spawned) {
  pollfd ended{spawned.pid_fd, POLLIN, 0};
  poll(&ended, 1, kAnswerMs);
  kill(-spawned.pid, SIGKILL);
  int status = 0;
  while (waitpid(spawned.pid, &status, 0) < 0 && errno == EINTR) {
  }
  close(spawned.pid_fd);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The first line that a program writes; empty when it fails. Blocks.
std::string FirstLineOf(Spawner& spawner, std::vector<std::string> argv) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return {};
  const auto spawned =
      spawner.Spawn({.argv = std::move(argv), .env = InheritedEnvironment(), .output_fd = fds[1]});
  close(fds[1]);
  std::string text;
  if (spawned) {
    text = ReadAll(fds[0]);
    if (!EndsWell(*spawned)) text.clear();
  }
  close(fds[0]);
  return text.substr(0, text.find('\n'));
}

/// Writes version and path of the program itself: what is on the path may be a script that looks
/// for it.
std::vector<std::string> Question(Language language, const std::string& program) {
  if (language == Language::kNode) {
    return {program, "-p", "process.versions.node + ' ' + process.execPath"};
  }
  return {program, "-I", "-S", "-c",
          "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.executable)"};
}

const char* DefaultName(Language language) {
  return language == Language::kNode ? "node" : "python3";
}

}  // namespace

std::string Boto3Version(const std::string& python, const std::string& packages) {
  Spawner spawner;
  return FirstLineOf(spawner, {python, "-s", "-c",
                               "import sys; sys.path.insert(0, sys.argv[1]); import boto3; "
                               "print(boto3.__version__)",
                               packages});
}

InterpreterFinder::InterpreterFinder(std::string folder, std::string path)
    : folder_(std::move(folder)), path_(std::move(path)) {}

std::vector<std::string> InterpreterFinder::PinnedPrograms(Language language) const {
  std::vector<std::string> programs;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, none)) {
    const std::string program = entry.path().string() + "/bin/" + DefaultName(language);
    if (access(program.c_str(), X_OK) == 0) programs.push_back(program);
  }
  std::sort(programs.begin(), programs.end());
  return programs;
}

std::vector<std::string> InterpreterFinder::OnPath(const std::string& name) const {
  std::vector<std::string> programs;
  for (const std::string_view folder : Split(path_, ':')) {
    std::string program = fmt::format("{}/{}", folder, name);
    if (folder.starts_with('/') && access(program.c_str(), X_OK) == 0)
      programs.push_back(std::move(program));
  }
  return programs;
}

const std::optional<Interpreter>& InterpreterFinder::Ask(Language language,
                                                         const std::string& program) {
  const auto known = asked_.find(program);
  if (known != asked_.end()) return known->second;
  const std::string line = FirstLineOf(spawner_, Question(language, program));
  const size_t blank = line.find(' ');
  std::optional<Interpreter> interpreter;
  if (blank != std::string::npos) {
    interpreter = lambda::MakeInterpreter(language, line.substr(blank + 1), line.substr(0, blank));
  }
  return asked_[program] = std::move(interpreter);
}

std::optional<Interpreter> InterpreterFinder::Find(const lambda::Runtime& runtime) {
  const Language language = runtime.language;
  std::optional<Interpreter> stand_in;
  const auto try_all = [&](const std::vector<std::string>& programs) -> std::optional<Interpreter> {
    for (const std::string& program : programs) {
      const std::optional<Interpreter>& found = Ask(language, program);
      if (found && IsExact(*found, runtime)) return found;
      if (found && !stand_in) stand_in = found;
    }
    return std::nullopt;
  };
  const bool is_python = language == Language::kPython;
  if (is_python) {
    const auto exact = try_all(OnPath(fmt::format("python3.{}", runtime.release)));
    if (exact) return exact;
  }
  if (const auto exact = try_all(OnPath(DefaultName(language)))) return exact;
  if (const auto exact = try_all(PinnedPrograms(language))) return exact;
  // Any will do now.
  for (int minor = kNewestPython; is_python && !stand_in && minor >= kOldestPython; --minor) {
    try_all(OnPath(fmt::format("python3.{}", minor)));
  }
  return stand_in;
}

}  // namespace lifeboat::net
