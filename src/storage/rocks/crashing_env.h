// For tests: a RocksDB environment whose disk keeps only what was synced. Crash() makes every
// further change fail, as the end of the process does; LoseUnsynced() then cuts each file back to
// its last sync and removes files whose folder was never synced since they were made.
#pragma once

#include <memory>

#include <rocksdb/env.h>

namespace lifeboat::storage {

class CrashingFileSystem;

class CrashingEnv {
 public:
  enum class Mode {
    kWorks,
    kCrashed,
    kSyncFails,
    kDiskFull,
    kSyncLies,  ///< Sync does nothing and says ok: what an engine that forgets it would do.
  };
  CrashingEnv();
  ~CrashingEnv();
  rocksdb::Env* env() { return env_.get(); }
  void SetMode(Mode mode);
  void Crash() { SetMode(Mode::kCrashed); }
  /// The database must be closed by now. Afterwards the disk works again.
  void LoseUnsynced();

 private:
  std::shared_ptr<CrashingFileSystem> file_system_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace lifeboat::storage
