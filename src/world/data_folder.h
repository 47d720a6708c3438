// What makes a data folder one supervisor's: a lock that ends with the process that has it, and the
// token without which nobody but its owner gives orders to the world (docs/formats/world.md).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace lifeboat::world {

/// Held by `up` and by drills. A forked child has it, too, and it is free when both have ended.
class FolderLock {
 public:
  /// kAlreadyExists, naming the other's pid, when a world runs in `data_dir`; kIo.
  static Result<FolderLock> Take(const std::string& data_dir);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;

  /// Names this process as the one that has the lock: for the child that goes on with it.
  void Sign() const;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// The process whose world runs in `data_dir` (0: it has not said its pid yet); nullopt when none
/// does.
std::optional<pid_t> FindSupervisor(const std::string& data_dir);

/// Draws a token and keeps it in `data_dir`, readable by its owner only. The one before it is no
/// longer good. kIo.
Result<std::string> NewToken(const std::string& data_dir);
/// The token of the world that runs in `data_dir`. kNotFound, kIo.
Result<std::string> ReadToken(const std::string& data_dir);

}  // namespace lifeboat::world
