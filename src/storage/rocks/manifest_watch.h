// Sees RocksDB write its MANIFEST, the list of a database's files, and tells the seal how much of
// it is synced and what it says. A MANIFEST without its end is a database with less in it, and
// RocksDB opens it without a word.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <rocksdb/file_system.h>

#include "storage/seal.h"

namespace lifeboat::storage {

/// Of the file MANIFEST-<number>; nullopt when `path` is another file.
std::optional<uint64_t> ManifestNumber(std::string_view path);

class ManifestWatch final : public rocksdb::FileSystemWrapper {
 public:
  ManifestWatch(const std::shared_ptr<rocksdb::FileSystem>& base, SealKeeper& keeper)
      : FileSystemWrapper(base), keeper_(keeper) {}
  const char* Name() const override { return "ManifestWatch"; }

  /// The database is open: its present MANIFEST is what a next start will find.
  void OnOpened();

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;

 private:
  friend class ManifestFile;
  void OnSynced(const ManifestSeal& synced);

  SealKeeper& keeper_;
  std::mutex mutex_;
  bool opened_ = false;
  ManifestSeal newest_;
};

}  // namespace lifeboat::storage
