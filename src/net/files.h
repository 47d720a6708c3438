// Files as the host needs them: whole reads with a limit, atomic and durable writes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::net {

/// kNotFound, kLimit when the file is longer than `max_bytes`, kIo.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

/// A data folder holds keys, code and items: what is in it is its owner's alone.
inline constexpr mode_t kPrivateFile = 0600;
inline constexpr mode_t kPrivateFolder = 0700;

/// Readers see the old content or the new, also after a crash: temporary file, fsync, rename, fsync
/// of the folder. All that a data folder holds beside the database is written by this. kIo.
Status WriteFileAtomically(const std::string& path, std::string_view bytes,
                           mode_t mode = kPrivateFile);

/// Makes a folder and those above it; one that is there is fine, and keeps its mode. kIo.
Status MakeFolders(const std::string& path, mode_t mode = kPrivateFolder);

/// Makes a world's data folder, or closes the one that is there to other users. A folder of
/// anything else, which is neither empty nor holds a world.json, keeps its mode. kIo.
Status MakeDataFolder(const std::string& path);

/// fsync of a folder, which makes its entries durable. kIo.
Status SyncFolder(const std::string& path);

/// Makes durable all that was written to the file system of `path`: one sync instead of one a file,
/// for a tree of files. kIo.
Status SyncFileSystem(const std::string& path);

/// Writes all of `bytes` to a descriptor that blocks. kIo, naming `path`.
Status WriteAll(int fd, std::string_view bytes, const std::string& path);

/// Holds a lock that only one process can have; the kernel frees it when the holder dies.
class FileLock {
 public:
  /// Waits for the lock on `path`, which is created when missing. kIo.
  static Result<FileLock> Acquire(const std::string& path);
  /// The lock of a folder, which must be there. kUnavailable when another process has it, kIo.
  static Result<FileLock> TryFolder(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace lifeboat::net
