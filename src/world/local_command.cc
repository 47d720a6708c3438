#include "world/local_command.h"

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "net/child_process.h"
#include "net/files.h"

namespace lifeboat::world {
namespace {

/// More of a command's output is neither kept nor part of its digest.
constexpr size_t kMaxOutputBytes = 8 << 20;
constexpr size_t kMaxResultBytes = 64 << 10;
constexpr int kSignalled = 128;

/// The first of NAME.log, NAME-2.log, ... that isn't there yet: commands may run several times.
std::string FreeName(const std::string& folder, const std::string& name) {
  std::string file = name + ".log";
  for (int n = 2; std::filesystem::exists(folder + "/" + file); ++n)
    file = fmt::format("{}-{}.log", name, n);
  return file;
}

class LocalCommand final : public drill::RunningCommand {
 public:
  LocalCommand(net::EventLoop& loop, std::string folder, std::string file,
               std::function<void(std::string)> on_line,
               std::function<void(Result<drill::CommandEnd>)> done)
      : loop_(loop),
        path_(folder + "/" + file),
        results_(path_ + ".out"),
        file_(std::move(file)),
        log_(path_),
        started_(loop.clock().Now()),
        on_line_(std::move(on_line)),
        done_(std::move(done)) {}

  Status Start(net::Spawner& spawner, const CommandPlace& place, const drill::Command& command) {
    net::ChildSpec spec;
    spec.argv = {"/bin/sh", "-c", command.run};
    for (const std::string& entry : place.environment)
      if (!command.environment.contains(entry.substr(0, entry.find('='))))
        spec.env.push_back(entry);
    for (const auto& [name, value] : command.environment) spec.env.push_back(name + "=" + value);
    spec.env.push_back("LIFEBOAT_OUT=" + results_);
    spec.folder = place.folder;
    spec.on_line = [this](std::string_view line) { OnLine(line); };
    spec.on_exit = [this](net::ChildExit exit) { OnExit(exit); };
    auto child = net::ChildProcess::Start(loop_, spawner, std::move(spec));
    if (!child) return child.error();
    child_ = *std::move(child);
    loop_.After(command.timeout, [this, alive = std::weak_ptr<char>(alive_)] {
      if (alive.expired() || child_->pid() == 0) return;
      timed_out_ = true;
      child_->Kill();
    });
    return {};
  }

 private:
  void OnLine(std::string_view line) {
    if (output_.size() < kMaxOutputBytes) {
      output_ += std::string(line) + "\n";
      log_ << line << std::endl;  // Whole lines, also for those who watch or after a crash.
    }
    on_line_(std::string(line));
  }

  void OnExit(net::ChildExit exit) {
    drill::CommandEnd end;
    end.exit = exit.signalled ? kSignalled + exit.status : exit.status;
    end.timed_out = timed_out_;
    end.took = loop_.clock().Now() - started_;
    end.output_sha256 = Sha256Hex(output_);
    end.file = file_;
    if (const auto results = net::ReadFile(results_, kMaxResultBytes)) end.results = *results;
    std::error_code ignored;
    std::filesystem::remove(results_, ignored);
    const auto done = std::move(done_);
    done(std::move(end));  // May destroy us.
  }

  net::EventLoop& loop_;
  const std::string path_;
  const std::string results_;
  const std::string file_;
  std::ofstream log_;
  const Instant started_;
  std::function<void(std::string)> on_line_;
  std::function<void(Result<drill::CommandEnd>)> done_;
  std::string output_;
  bool timed_out_ = false;
  std::unique_ptr<net::ChildProcess> child_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace

std::unique_ptr<drill::RunningCommand> RunCommand(
    net::EventLoop& loop, net::Spawner& spawner, const CommandPlace& place,
    const drill::Command& command, std::function<void(std::string)> on_line,
    std::function<void(Result<drill::CommandEnd>)> done) {
  auto running = std::make_unique<LocalCommand>(
      loop, place.output_dir, FreeName(place.output_dir, command.name), std::move(on_line), done);
  if (const Status started = running->Start(spawner, place, command); !started) {
    loop.Post([done = std::move(done), error = started.error()] { done(error); });
    return std::make_unique<drill::RunningCommand>();
  }
  return running;
}

}  // namespace lifeboat::world
