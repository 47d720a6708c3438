#include "net/seal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>

#include "base/log.h"
#include "net/system.h"

namespace lifeboat::net {
namespace {

using storage::Seal;

constexpr std::chrono::seconds kSyncInterval{1};
constexpr size_t kSlots = std::size(storage::kSealSlotOffsets);

Result<std::optional<storage::SealSlot>> ReadSlot(const std::string& path) {
  const Result<std::string> bytes = ReadFile(path, storage::kSealFileBytes);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) {
    return std::optional<storage::SealSlot>();
  }
  if (!bytes && bytes.error().code != ErrorCode::kLimit) return bytes.error();
  const auto slot = storage::DecodeSealFile(bytes ? std::string_view(*bytes) : "");
  if (!slot) return Error{ErrorCode::kCorrupt, path + ": is no whole seal"};
  return slot;
}

}  // namespace

Result<std::optional<Seal>> SealFile::Read(const std::string& path) {
  const auto slot = ReadSlot(path);
  if (!slot) return slot.error();
  return *slot ? std::optional((*slot)->seal) : std::nullopt;
}

Status SealFile::Create(const std::string& path, const Seal& seal) {
  std::string bytes(storage::kSealFileBytes, '\0');
  for (size_t i = 0; i < kSlots; ++i) {
    bytes.replace(storage::kSealSlotOffsets[i], storage::kSealSlotBytes,
                  storage::EncodeSealSlot(seal, i));
  }
  return WriteFileAtomically(path, bytes);
}

Result<std::shared_ptr<SealFile>> SealFile::Open(const std::string& path, FileLock folder,
                                                 const Seal& seal) {
  const auto slot = ReadSlot(path);
  if (!slot) return slot.error();
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return Error{ErrorCode::kIo, ErrnoMessage(path, errno)};
  std::shared_ptr<SealFile> file(new SealFile(path, std::move(folder), fd, seal));
  const std::lock_guard lock(file->mutex_);
  file->update_ = *slot ? (*slot)->update : 0;
  if (const Status written = file->WriteBothAndSync(); !written) return written.error();
  return file;
}

SealFile::SealFile(std::string path, FileLock folder, int fd, Seal seal)
    : path_(std::move(path)), folder_(std::move(folder)), fd_(fd), seal_(seal), thread_([this] {
        SyncEachSecond();
      }) {}

SealFile::~SealFile() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
  close(fd_);
}

Status SealFile::Set(const Seal& seal) {
  const std::lock_guard lock(mutex_);
  const storage::ManifestSeal manifest = seal_.manifest;
  seal_ = seal;
  seal_.manifest = manifest;
  return WriteBothAndSync();
}

void SealFile::SetCommit(uint64_t number) {
  const std::lock_guard lock(mutex_);
  seal_.commit = number;
  seal_.loss = storage::Loss::kNone;
  WriteOrLog();
}

void SealFile::SetManifest(const storage::ManifestSeal& manifest) {
  const std::lock_guard lock(mutex_);
  seal_.manifest = manifest;
  WriteOrLog();
}

void SealFile::SetClosed(bool clean) {
  const std::lock_guard lock(mutex_);
  seal_.clean = clean;
  if (const Status written = WriteBothAndSync(); !written) {
    log::Warn("{}", written.error().message);
  }
}

// A slot that is half written when the process ends is no loss: the other one is whole, and one
// update older, which was not yet acknowledged then.
Status SealFile::Write() {
  ++update_;
  const std::string slot = storage::EncodeSealSlot(seal_, update_);
  const auto offset = static_cast<off_t>(storage::kSealSlotOffsets[update_ % kSlots]);
  const ssize_t count = pwrite(fd_, slot.data(), slot.size(), offset);
  if (count != static_cast<ssize_t>(slot.size())) {
    return Error{ErrorCode::kIo, ErrnoMessage(path_, count < 0 ? errno : EIO)};
  }
  changed_ = true;
  return {};
}

// What is written stays durable without the seal; only its loss would not be noticed.
void SealFile::WriteOrLog() {
  const Status written = Write();
  if (!written && !std::exchange(failed_, true)) log::Error("{}", written.error().message);
}

Status SealFile::WriteBothAndSync() {
  for (size_t i = 0; i < kSlots; ++i) {
    if (Status written = Write(); !written) return written;
  }
  changed_ = false;
  if (fsync(fd_) != 0) return Error{ErrorCode::kIo, ErrnoMessage(path_, errno)};
  return {};
}

void SealFile::SyncEachSecond() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kSyncInterval, [this] { return stopping_; })) {
    if (!std::exchange(changed_, false)) continue;
    lock.unlock();
    const bool synced = fsync(fd_) == 0;
    lock.lock();
    if (!synced && !std::exchange(failed_, true)) log::Error("{}: fsync failed", path_);
  }
}

}  // namespace lifeboat::net
