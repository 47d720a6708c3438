#include "storage/rocks/crashing_env.h"

#include <rocksdb/file_system.h>

#include <filesystem>
#include <map>
#include <mutex>

namespace lifeboat::storage {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using Mode = CrashingEnv::Mode;

/// What a crash would leave, file by file.
class CrashingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  CrashingFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "CrashingFileSystem"; }

  void SetMode(Mode mode) {
    const std::lock_guard lock(mutex_);
    mode_ = mode;
  }
  IOStatus MayChange() const {
    const std::lock_guard lock(mutex_);
    if (mode_ == Mode::kCrashed) return IOStatus::IOError("the process has crashed");
    if (mode_ == Mode::kDiskFull) return IOStatus::NoSpace("the disk is full");
    return IOStatus::OK();
  }
  void OnAppend(const std::string& path, size_t bytes) {
    const std::lock_guard lock(mutex_);
    files_[path].size += bytes;
  }
  void OnTruncate(const std::string& path, uint64_t size) {
    const std::lock_guard lock(mutex_);
    files_[path].size = size;
  }
  IOStatus OnSync(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (mode_ == Mode::kSyncFails) return IOStatus::IOError("fsync failed");
    if (mode_ != Mode::kSyncLies) files_[path].synced = files_[path].size;
    return IOStatus::OK();
  }
  IOStatus OnSyncFolder() {
    const std::lock_guard lock(mutex_);
    if (mode_ == Mode::kSyncFails) return IOStatus::IOError("fsync failed");
    for (auto& [path, file] : files_) file.in_folder |= mode_ != Mode::kSyncLies;
    return IOStatus::OK();
  }
  void LoseUnsynced();

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override;
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* debug) override;
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override;
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override;

 private:
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
    bool in_folder = false;
  };
  mutable std::mutex mutex_;
  Mode mode_ = Mode::kWorks;
  std::map<std::string, File> files_;
};

namespace {

class CrashingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  CrashingFile(CrashingFileSystem& owner, std::string path,
               std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), owner_(owner), path_(std::move(path)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    if (IOStatus status = owner_.MayChange(); !status.ok()) return status;
    owner_.OnAppend(path_, data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = owner_.MayChange(); !status.ok()) return status;
    owner_.OnTruncate(path_, size);
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = owner_.MayChange(); !status.ok()) return status;
    if (IOStatus status = owner_.OnSync(path_); !status.ok()) return status;
    return FSWritableFileOwnerWrapper::Flush(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  CrashingFileSystem& owner_;
  const std::string path_;
};

class CrashingFolder final : public rocksdb::FSDirectory {
 public:
  explicit CrashingFolder(CrashingFileSystem& owner) : owner_(owner) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    if (IOStatus status = owner_.MayChange(); !status.ok()) return status;
    return owner_.OnSyncFolder();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  CrashingFileSystem& owner_;
};

}  // namespace

void CrashingFileSystem::LoseUnsynced() {
  const std::lock_guard lock(mutex_);
  for (auto it = files_.begin(); it != files_.end();) {
    const auto& [path, file] = *it;
    if (!file.in_folder) {
      target()->DeleteFile(path, IOOptions(), nullptr).PermitUncheckedError();
      it = files_.erase(it);
      continue;
    }
    std::filesystem::resize_file(path, file.synced);
    it->second.size = file.synced;
    ++it;
  }
  mode_ = Mode::kWorks;
}

IOStatus CrashingFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* debug) {
  if (IOStatus status = MayChange(); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> real;
  IOStatus status = target()->NewWritableFile(path, options, &real, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<CrashingFile>(*this, path, std::move(real));
  const std::lock_guard lock(mutex_);
  files_[path] = {};
  return status;
}

IOStatus CrashingFileSystem::NewDirectory(const std::string& path, const IOOptions& options,
                                          std::unique_ptr<rocksdb::FSDirectory>* folder,
                                          IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> real;
  IOStatus status = target()->NewDirectory(path, options, &real, debug);
  if (status.ok()) *folder = std::make_unique<CrashingFolder>(*this);
  return status;
}

IOStatus CrashingFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* debug) {
  if (IOStatus status = MayChange(); !status.ok()) return status;
  IOStatus status = target()->RenameFile(from, to, options, debug);
  const std::lock_guard lock(mutex_);
  const auto it = files_.find(from);
  if (status.ok() && it != files_.end()) {
    // The old file under the new name is not kept, so a rename counts as synced at once.
    files_[to] = it->second;
    files_[to].in_folder = true;
    files_.erase(it);
  }
  return status;
}

IOStatus CrashingFileSystem::DeleteFile(const std::string& path, const IOOptions& options,
                                        IODebugContext* debug) {
  if (IOStatus status = MayChange(); !status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_.erase(path);
  return target()->DeleteFile(path, options, debug);
}

CrashingEnv::CrashingEnv()
    : file_system_(std::make_shared<CrashingFileSystem>()),
      env_(rocksdb::NewCompositeEnv(file_system_)) {}

CrashingEnv::~CrashingEnv() = default;

void CrashingEnv::SetMode(Mode mode) { file_system_->SetMode(mode); }

void CrashingEnv::LoseUnsynced() { file_system_->LoseUnsynced(); }

}  // namespace lifeboat::storage
