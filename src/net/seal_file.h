// The seal of a region's disk as a file: written in place after every durable write, so that it is
// exact when the process is killed, and fsynced once a second by a thread of its own, so that it is
// at most that much behind when the machine loses its power.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "net/files.h"
#include "storage/seal.h"

namespace lifeboat::net {

class SealFile final : public storage::SealKeeper {
 public:
  /// nullopt when there is none. kCorrupt when it is not whole, kIo; with the path.
  static Result<std::optional<storage::Seal>> Read(const std::string& path);
  /// Makes or replaces it, durably. kIo.
  static Status Create(const std::string& path, const storage::Seal& seal);
  /// Opens the one at `path`, which says `seal` from then on, and keeps the lock of its folder.
  /// kIo.
  static Result<std::shared_ptr<SealFile>> Open(const std::string& path, FileLock folder,
                                                const storage::Seal& seal);
  ~SealFile() override;

  /// Replaces all of it but the MANIFEST, durably. kIo.
  Status Set(const storage::Seal& seal);
  void SetCommit(uint64_t number) override;
  void SetManifest(const storage::ManifestSeal& manifest) override;
  void SetClosed(bool clean) override;

 private:
  SealFile(std::string path, FileLock folder, int fd, storage::Seal seal);
  /// These three want the mutex.
  Status Write();
  void WriteOrLog();
  Status WriteBothAndSync();
  void SyncEachSecond();

  const std::string path_;
  const FileLock folder_;
  const int fd_;
  std::mutex mutex_;
  std::condition_variable stop_;
  storage::Seal seal_;
  uint64_t update_ = 0;
  bool changed_ = false;  ///< Since the last fsync.
  bool failed_ = false;   ///< Said so already.
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lifeboat::net
