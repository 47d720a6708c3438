// ChildProcess: a running program: its output, signals to it, its end.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/spawner.h"

namespace lifeboat::net {

struct ChildExit {
  bool signalled = false;
  int status = 0;  ///< Exit status, or signal number.
};

struct ChildSpec {
  std::vector<std::string> argv;  ///< argv[0] is the path of the program.
  std::vector<std::string> env;   ///< `NAME=value`, and nothing is inherited.
  std::string folder;             ///< To start in; empty: ours.
  bool die_with_parent = true;
  std::optional<mode_t> file_mask{};  ///< umask(2) of the program; ours when left out.
  /// Output goes to the end of this file; when empty, line by line to `on_line`, or nowhere.
  std::string log_file;
  std::function<void(std::string_view line)> on_line;
  /// Runs once, after the last line. What the program started in its process group is killed then.
  std::function<void(ChildExit)> on_exit;
};

/// Longer lines are handed over in pieces.
inline constexpr size_t kLogLineBytesMax = 16 << 10;

class ChildProcess {
 public:
  /// Callbacks run on the loop, never inside a call of ours. `spawner` must outlive the child when
  /// it dies with its parent. Errors as Spawner::Spawn, or kIo for the log file.
  static Result<std::unique_ptr<ChildProcess>> Start(EventLoop& loop, Spawner& spawner,
                                                     ChildSpec spec);
  /// A child that dies with its parent is killed with its group, and reaped; another one is left
  /// alone. No callback runs any more.
  ~ChildProcess();

  /// 0 once it has ended.
  pid_t pid() const;
  /// Does nothing once it has ended.
  void Signal(int signal);
  /// SIGKILL to it and all of its process group.
  void Kill();

 private:
  struct Impl;
  explicit ChildProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Our own environment as `NAME=value`, for children that should inherit it.
std::vector<std::string> InheritedEnvironment();

}  // namespace lifeboat::net
