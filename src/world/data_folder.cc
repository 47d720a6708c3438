#include "world/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/bytes.h"
#include "net/files.h"
#include "net/system.h"

namespace lifeboat::world {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kFileBytesMax = 4096;

std::string LockPath(const std::string& data_dir) { return data_dir + "/lock"; }
std::string TokenPath(const std::string& data_dir) { return data_dir + "/token"; }

/// A write lock of the whole file, owned by an open file description (fcntl(2)): children of a fork
/// share it, and who only asks for it doesn't take it from others meanwhile.
struct flock WholeFile() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

pid_t ReadPid(int fd) {
  char text[32];
  const ssize_t size = pread(fd, text, sizeof text, 0);
  if (size <= 0) return 0;
  const std::string_view line(text, static_cast<size_t>(size));
  return static_cast<pid_t>(ParseUint(Trim(line)).value_or(0));
}

Error IoError(const std::string& path) { return {ErrorCode::kIo, net::ErrnoMessage(path, errno)}; }

}  // namespace

Result<FolderLock> FolderLock::Take(const std::string& data_dir) {
  const std::string path = LockPath(data_dir);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return IoError(path);
  FolderLock lock(fd);
  struct flock wanted = WholeFile();
  if (fcntl(fd, F_OFD_SETLK, &wanted) != 0) {
    if (errno != EAGAIN && errno != EACCES) return IoError(path);
    const pid_t pid = ReadPid(fd);
    return Error{ErrorCode::kAlreadyExists,
                 fmt::format("a world runs in {} already (pid {}); `lifeboat down` stops it",
                             data_dir, pid > 0 ? std::to_string(pid) : "not known yet")};
  }
  lock.Sign();
  return lock;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

void FolderLock::Sign() const {
  const std::string pid = fmt::format("{}\n", getpid());
  // Without the pid the lock is as good; it is for messages only.
  if (ftruncate(fd_, 0) == 0 && pwrite(fd_, pid.data(), pid.size(), 0) < 0) return;
}

std::optional<pid_t> FindSupervisor(const std::string& data_dir) {
  const int fd = open(LockPath(data_dir).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct flock asked = WholeFile();
  const bool held = fcntl(fd, F_OFD_GETLK, &asked) == 0 && asked.l_type != F_UNLCK;
  const pid_t pid = ReadPid(fd);
  close(fd);
  return held ? std::optional(pid) : std::nullopt;
}

Result<std::string> NewToken(const std::string& data_dir) {
  std::string token = HexEncode(net::SystemRandomBytes(kTokenBytes));
  const std::string path = TokenPath(data_dir);
  // A file that somebody has left there may have another mode, or be a link.
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return IoError(path);
  if (auto saved = net::WriteFileAtomically(path, token + "\n", 0600); !saved) return saved.error();
  return token;
}

Result<std::string> ReadToken(const std::string& data_dir) {
  const auto text = net::ReadFile(TokenPath(data_dir), kFileBytesMax);
  if (!text) return text.error();
  return std::string(Trim(*text));
}

}  // namespace lifeboat::world
