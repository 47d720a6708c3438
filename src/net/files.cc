#include "net/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "net/system.h"

namespace lifeboat::net {
namespace {

Error IoError(std::string_view path, int error) {
  return {error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, ErrnoMessage(path, error)};
}

/// Closes on all ways out.
struct OpenFile {
  explicit OpenFile(int fd) : fd(fd) {}
  ~OpenFile() {
    if (fd >= 0) close(fd);
  }
  OpenFile(const OpenFile&) = delete;
  int fd;
};

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Status WriteAndSync(const std::string& path, std::string_view bytes, mode_t mode) {
  const OpenFile file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (file.fd < 0) return IoError(path, errno);
  if (Status written = WriteAll(file.fd, bytes, path); !written) return written;
  if (fsync(file.fd) != 0) return IoError(path, errno);
  return {};
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return IoError(path, errno);
  std::string bytes;
  char buffer[65536];
  while (true) {
    const ssize_t count = read(file.fd, buffer, sizeof buffer);
    if (count < 0) return IoError(path, errno);
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(count));
    if (bytes.size() > max_bytes) {
      return Error{ErrorCode::kLimit, fmt::format("{}: longer than {} bytes", path, max_bytes)};
    }
  }
}

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return IoError(path, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Status WriteFileAtomically(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  Status status = WriteAndSync(temporary, bytes, mode);
  if (status && rename(temporary.c_str(), path.c_str()) != 0) status = IoError(path, errno);
  if (!status) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(FolderOf(path));
}

Status MakeFolders(const std::string& path, mode_t mode) {
  std::string prefix;
  for (const auto& part : std::filesystem::path(path)) {
    prefix = prefix.empty() ? part.string() : (std::filesystem::path(prefix) / part).string();
    if (mkdir(prefix.c_str(), mode) == 0) continue;
    std::error_code ignored;
    // What is above may be there and not be ours to make things in, which is not EEXIST then.
    const int error = errno;
    if (!std::filesystem::is_directory(prefix, ignored)) {
      return Error{ErrorCode::kIo, ErrnoMessage(prefix, error == EEXIST ? ENOTDIR : error)};
    }
  }
  return {};
}

Status MakeDataFolder(const std::string& path) {
  if (Status made = MakeFolders(path); !made) return made;
  std::error_code ignored;
  const bool ours = std::filesystem::is_empty(path, ignored) ||
                    std::filesystem::exists(path + "/world.json", ignored);
  if (ours && chmod(path.c_str(), kPrivateFolder) != 0) {
    return Error{ErrorCode::kIo, ErrnoMessage(path, errno)};
  }
  return {};
}

Status SyncFolder(const std::string& path) {
  const OpenFile folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0 || fsync(folder.fd) != 0) return IoError(path, errno);
  return {};
}

Status SyncFileSystem(const std::string& path) {
  const OpenFile folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0 || syncfs(folder.fd) != 0) return IoError(path, errno);
  return {};
}

Result<FileLock> FileLock::Acquire(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return IoError(path, errno);
  FileLock lock(fd);
  while (flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) return IoError(path, errno);
  }
  return lock;
}

Result<FileLock> FileLock::TryFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return IoError(path, errno);
  FileLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return IoError(path, errno);
  return Error{ErrorCode::kUnavailable, path + ": another process works in this folder"};
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace lifeboat::net
