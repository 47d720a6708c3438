// Spawner: starts programs from one thread of its own that lives as long as the Spawner. The kernel
// sends a child's parent-death signal when the *thread* that forked it ends, so children that must
// die with us cannot be started by just any thread.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace lifeboat::net {

struct SpawnSpec {
  std::vector<std::string> argv;      ///< argv[0] is the path of the program.
  std::vector<std::string> env;       ///< `NAME=value`, and nothing is inherited.
  std::string folder;                 ///< To start in; empty: ours.
  int output_fd = -1;                 ///< Becomes standard output and error; -1: /dev/null.
  std::optional<mode_t> file_mask{};  ///< umask(2) of the program; ours when left out.
  bool die_with_parent = true;        ///< SIGKILL when the Spawner ends, in whatever way.
};

struct Spawned {
  pid_t pid = 0;
  int pid_fd = -1;  ///< Becomes readable when the process has ended; the caller's to close.
};

class Spawner {
 public:
  Spawner();
  /// Kills the children that die with their parent.
  ~Spawner();
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  /// Returns when the program runs, or why it can't: kNotFound, kInvalid (not executable), kIo. It
  /// leads a session of its own, reads /dev/null, and has no other descriptor of ours.
  Result<Spawned> Spawn(const SpawnSpec& spec);

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable changed_;
  const SpawnSpec* asked_ = nullptr;  ///< These four are guarded by mutex_.
  std::optional<Result<Spawned>> answer_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lifeboat::net
