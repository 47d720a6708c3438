#include "storage/rocks/manifest_watch.h"

#include <zlib.h>

#include "base/bytes.h"

namespace lifeboat::storage {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::optional<uint64_t> ManifestNumber(std::string_view path) {
  constexpr std::string_view kPrefix = "MANIFEST-";
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (!name.starts_with(kPrefix)) return std::nullopt;
  return ParseUint(name.substr(kPrefix.size()));
}

/// Counts what is appended, and reports it once it is synced.
class ManifestFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ManifestFile(ManifestWatch& watch, uint64_t number, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), watch_(watch), written_{.number = number} {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return Count(data, FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Count(data, FSWritableFileOwnerWrapper::Append(data, options, verification, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Report(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Report(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }

 private:
  IOStatus Count(const Slice& data, IOStatus appended) {
    if (appended.ok()) {
      written_.bytes += data.size();
      // base/bytes.h has the same CRC-32 of what is whole.
      written_.crc = static_cast<uint32_t>(
          crc32_z(written_.crc, reinterpret_cast<const Bytef*>(data.data()), data.size()));
    }
    return appended;
  }
  IOStatus Report(IOStatus synced) {
    if (synced.ok()) watch_.OnSynced(written_);
    return synced;
  }

  ManifestWatch& watch_;
  ManifestSeal written_;
};

IOStatus ManifestWatch::NewWritableFile(const std::string& path,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* file,
                                        IODebugContext* debug) {
  IOStatus status = target()->NewWritableFile(path, options, file, debug);
  const std::optional<uint64_t> number = ManifestNumber(path);
  if (status.ok() && number) {
    *file = std::make_unique<ManifestFile>(*this, *number, std::move(*file));
  }
  return status;
}

void ManifestWatch::OnOpened() {
  const std::lock_guard lock(mutex_);
  opened_ = true;
  keeper_.SetManifest(newest_);
}

// A new MANIFEST is synced before the file CURRENT names it, so a start that comes in between finds
// the old one. From its second sync on CURRENT is known to name it.
void ManifestWatch::OnSynced(const ManifestSeal& synced) {
  const std::lock_guard lock(mutex_);
  const bool in_use = opened_ && synced.number == newest_.number;
  newest_ = synced;
  if (in_use) keeper_.SetManifest(newest_);
}

}  // namespace lifeboat::storage
