#include "storage/rocks/inspection.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "base/bytes.h"
#include "storage/commit_number.h"
#include "storage/rocks/commit_filter.h"
#include "storage/rocks/manifest_watch.h"
#include "storage/rocks/settings.h"

namespace lifeboat::storage {
namespace {

Error Damaged(const std::string& file, std::string_view what) {
  return {ErrorCode::kCorrupt, fmt::format("{}: {}", file, what)};
}

/// What the file CURRENT names, `MANIFEST-000012` and a line feed.
Result<std::string> ReadCurrent(rocksdb::Env& env, const std::string& path) {
  const std::string file = path + "/CURRENT";
  std::string text;
  const rocksdb::Status read = rocksdb::ReadFileToString(&env, file, &text);
  if (read.IsNotFound() || read.IsPathNotFound()) return Damaged(file, "is missing");
  if (!read.ok()) return ToError(read);
  const std::string name = text.substr(0, text.find('\n'));
  if (text != name + "\n" || !ManifestNumber(name))
    return Damaged(file, "does not name a MANIFEST");
  return name;
}

/// Remembers which file is being read from its beginning. A damaged log file is reported without
/// its name.
class ReadingPlace final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "ReadingPlace"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    file_ = path;
    return target()->NewSequentialFile(path, options, file, debug);
  }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
};

class ReadOnlyDatabase {
 public:
  ~ReadOnlyDatabase() {
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }
  rocksdb::Status Open(const rocksdb::DBOptions& options, const std::string& path,
                       const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened =
        rocksdb::DB::OpenForReadOnly(options, path, families, &families_, &db);
    db_.reset(db);
    return opened;
  }
  /// The one in sorted files, as no log record was replayed; 0 when there is none.
  Result<uint64_t> StoredCommit() const {
    std::string value;
    const rocksdb::Status got =
        db_->Get(rocksdb::ReadOptions(), families_[static_cast<size_t>(Space::kMeta)],
                 rocksdb::Slice(kCommitKey.data(), kCommitKey.size()), &value);
    if (got.IsNotFound()) return 0;
    if (!got.ok()) return ToError(got);
    return DecodeCommitNumber(value).value_or(0);
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

/// The log file that was written last, by its name.
std::string NewestLog(rocksdb::Env& env, const std::string& path) {
  std::vector<std::string> names;
  env.GetChildren(path, &names).PermitUncheckedError();
  std::string newest;
  for (const std::string& name : names) {
    if (name.ends_with(".log") && name > newest) newest = name;
  }
  return path + "/" + (newest.empty() ? "*.log" : newest);
}

}  // namespace

Status CheckManifest(const std::string& path, const ManifestSeal& sealed,
                     const RocksOptions& options) {
  rocksdb::Env& env = options.env ? *options.env : *rocksdb::Env::Default();
  const Result<std::string> current = ReadCurrent(env, path);
  if (!current) return current.error();
  const uint64_t number = *ManifestNumber(*current);
  if (number < sealed.number) {
    return Damaged(path + "/CURRENT", fmt::format("names {}, and number {} was in use: it is older",
                                                  *current, sealed.number));
  }
  const std::string file = path + "/" + *current;
  std::string bytes;
  const rocksdb::Status read = rocksdb::ReadFileToString(&env, file, &bytes);
  if (read.IsNotFound() || read.IsPathNotFound()) return Damaged(file, "is missing");
  if (!read.ok()) return ToError(read);
  // A process that ended while it opened the database has left a MANIFEST that the seal has not
  // seen.
  if (number > sealed.number) return {};
  if (bytes.size() < sealed.bytes) {
    return Damaged(file, fmt::format("holds {} of {} bytes", bytes.size(), sealed.bytes));
  }
  if (Crc32(std::string_view(bytes).substr(0, sealed.bytes)) != sealed.crc) {
    return Damaged(file, "its checksum is not the sealed one");
  }
  return {};
}

Status CheckCommits(const std::string& path, uint64_t sealed, const RocksOptions& options) {
  CommitFilter filter(CommitFilter::Mode::kOnlyLook);
  rocksdb::DBOptions db_options = DatabaseOptions(options);
  const auto place = std::make_shared<ReadingPlace>(db_options.env->GetFileSystem());
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(place);
  db_options.env = env.get();
  db_options.wal_filter = &filter;
  ReadOnlyDatabase database;
  const rocksdb::Status opened = database.Open(db_options, path, Families(options));
  if (!filter.gap().empty()) return Error{ErrorCode::kCorrupt, filter.gap()};
  if (!opened.ok()) {
    const Error error = ToError(opened);
    const bool named = error.message.find(path) != std::string::npos;
    return named ? error : Error{error.code, place->file() + ": " + error.message};
  }
  const Result<uint64_t> stored = database.StoredCommit();
  if (!stored) return stored.error();
  const std::string file = filter.file().empty() ? NewestLog(*db_options.env, path) : filter.file();
  if (filter.first() > *stored + 1) {
    return Damaged(file, fmt::format("begins with commit {}, and the tables end with {}",
                                     filter.first(), *stored));
  }
  const uint64_t last = std::max(*stored, filter.last());
  if (last >= sealed) return {};
  return Damaged(
      file, fmt::format("ends with commit {}, and {} was acknowledged: {} commits are lost", last,
                        sealed, sealed - last));
}

}  // namespace lifeboat::storage
