// Files as the host needs them: whole reads with a limit, atomic and durable writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::net {

/// kNotFound, kLimit when the file is longer than `max_bytes`, kIo.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

/// Readers see the old content or the new, also after a crash: temporary file, fsync, rename, fsync
/// of the folder. kIo.
Status WriteFileAtomically(const std::string& path, std::string_view bytes, int mode = 0644);

/// Makes a folder and those above it; one that is there is fine. kIo.
Status MakeFolders(const std::string& path);

/// fsync of a folder, which makes its entries durable. kIo.
Status SyncFolder(const std::string& path);

/// Writes all of `bytes` to a descriptor that blocks. kIo, naming `path`.
Status WriteAll(int fd, std::string_view bytes, const std::string& path);

/// Holds a lock that only one process can have; the kernel frees it when the holder dies.
class FileLock {
 public:
  /// Waits for the lock on `path`, which is created when missing. kIo.
  static Result<FileLock> Acquire(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace lifeboat::net
