#include "net/disk_reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "net/files.h"

namespace lifeboat::net {
namespace {

constexpr uint64_t kStatBlockBytes = 512;  ///< Whatever the file system's own are (stat(2)).

bool IsAllocated(const std::string& path, uint64_t bytes) {
  struct stat file {};
  return stat(path.c_str(), &file) == 0 && static_cast<uint64_t>(file.st_size) == bytes &&
         static_cast<uint64_t>(file.st_blocks) * kStatBlockBytes >= bytes;
}

}  // namespace

DiskReserve::DiskReserve(const std::string& folder, uint64_t bytes)
    : folder_(folder),
      path_(folder + "/reserve"),
      bytes_(bytes),
      held_(IsAllocated(path_, bytes)) {}

bool DiskReserve::Take() {
  if (held_) return true;
  struct statvfs disk {};
  if (statvfs(folder_.c_str(), &disk) != 0) return false;
  const uint64_t room = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (room < bytes_ + bytes_ / 4) return false;
  held_ = Allocate();
  if (!held_) unlink(path_.c_str());
  return held_;
}

bool DiskReserve::Allocate() {
  const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kPrivateFile);
  if (file < 0) return false;
  const bool kept = fallocate(file, 0, 0, static_cast<off_t>(bytes_)) == 0;
  const bool cannot = !kept && errno == EOPNOTSUPP;
  const bool synced = fsync(file) == 0;
  close(file);
  if (cannot) {
    log::Warn("{}: this file system cannot keep room, so a full disk stops trimming too", folder_);
  }
  return cannot || (kept && synced && SyncFolder(folder_).ok());
}

void DiskReserve::Release() {
  held_ = false;
  if (unlink(path_.c_str()) != 0) return;  // There is none.
  if (const Status synced = SyncFolder(folder_); !synced) {
    log::Warn("the reserve is given back: {}", synced.error().message);
  }
}

}  // namespace lifeboat::net
