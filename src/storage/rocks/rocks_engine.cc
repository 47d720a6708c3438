#include "storage/rocks/rocks_engine.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstdio>
#include <exception>

#include "base/log.h"

namespace lifeboat::storage {
namespace {

/// Column families by Space. The names are on disk; RocksDB insists on a `default`.
constexpr std::array<const char*, kSpaceCount> kFamilyNames = {"default", "items", "log"};
/// Share of the write buffers that one family may fill before it is written out; in eighths.
constexpr std::array<size_t, kSpaceCount> kBufferEighths = {1, 4, 3};
constexpr size_t kBlockBytes = 8 << 10;
constexpr double kBloomBitsPerKey = 10;
constexpr int kMaxOpenFiles = 256;
constexpr int kMaxBackgroundJobs = 2;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error ToError(const rocksdb::Status& status) {
  return {status.IsCorruption() ? ErrorCode::kCorrupt : ErrorCode::kIo,
          "RocksDB: " + status.ToString()};
}

Status ToStatus(const rocksdb::Status& status) {
  return status.ok() ? Status() : Status(ToError(status));
}

class RocksIterator final : public Iterator {
 public:
  RocksIterator(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::string_view lower,
                std::string_view upper)
      : lower_(lower), upper_(upper), lower_slice_(lower_), upper_slice_(upper_) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &lower_slice_;
    if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
    it_.reset(db.NewIterator(options, family));
  }

  void Seek(std::string_view key) override {
    if (!Nothing()) it_->Seek(ToSlice(key));
  }
  void SeekForPrev(std::string_view key) override {
    if (!Nothing()) it_->SeekForPrev(ToSlice(key));
  }
  void Next() override { it_->Next(); }
  void Prev() override { it_->Prev(); }
  bool Valid() const override { return !Nothing() && it_->Valid(); }
  std::string_view key() const override { return ToView(it_->key()); }
  std::string_view value() const override { return ToView(it_->value()); }
  Status status() const override { return ToStatus(it_->status()); }

 private:
  /// RocksDB does not like bounds that enclose nothing.
  bool Nothing() const { return !upper_.empty() && upper_ <= lower_; }

  const std::string lower_, upper_;
  const rocksdb::Slice lower_slice_, upper_slice_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

class RocksEngine final : public Engine {
 public:
  RocksEngine(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : db_(std::move(db)), families_(std::move(families)) {}
  ~RocksEngine() override {
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
    db_->Close().PermitUncheckedError();
  }

  Result<std::optional<std::string>> Get(Space space, std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator(Space space, std::string_view lower,
                                        std::string_view upper) const override;
  Status Write(const WriteBatch& batch) override;

 private:
  rocksdb::ColumnFamilyHandle* Family(Space space) const {
    return families_[static_cast<size_t>(space)];
  }
  /// Ends the refusal of writes after an error, when the error is one that can end.
  Status Recover();
  rocksdb::Status Convert(const WriteBatch& batch, rocksdb::WriteBatch& out) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  bool failed_ = false;  ///< Only Write's thread looks at it.
};

Result<std::optional<std::string>> RocksEngine::Get(Space space, std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), Family(space), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return ToError(status);
  return std::optional(value.ToString());
}

std::unique_ptr<Iterator> RocksEngine::NewIterator(Space space, std::string_view lower,
                                                   std::string_view upper) const {
  return std::make_unique<RocksIterator>(*db_, Family(space), lower, upper);
}

rocksdb::Status RocksEngine::Convert(const WriteBatch& batch, rocksdb::WriteBatch& out) const {
  for (const WriteBatch::Op& op : batch.ops()) {
    rocksdb::Status status;
    switch (op.kind) {
      case WriteBatch::Kind::kPut:
        status = out.Put(Family(op.space), op.key, op.value);
        break;
      case WriteBatch::Kind::kDelete:
        status = out.Delete(Family(op.space), op.key);
        break;
      case WriteBatch::Kind::kDeleteRange:
        if (op.key < op.value) status = out.DeleteRange(Family(op.space), op.key, op.value);
        break;
    }
    if (!status.ok()) return status;
  }
  return {};
}

// RocksDB refuses writes after one that failed. What had been written is in the log file up to an
// unknown place, so to go on it writes its memory out to tables and starts a new log file. That it
// can do when the disk was full and no longer is: it looks for space every few seconds, and is busy
// with it in between. After any other error, a failed fsync for instance, only what a new start
// reads from the disk is known to be there.
Status RocksEngine::Recover() {
  const rocksdb::Status resumed = db_->Resume();
  failed_ = !resumed.ok();
  if (!failed_) return {};
  return Error{ErrorCode::kIo,
               "an earlier write failed, and writing cannot go on: " + ToError(resumed).message};
}

Status RocksEngine::Write(const WriteBatch& batch) {
  if (batch.empty()) return {};
  if (failed_) {
    if (Status recovered = Recover(); !recovered) return recovered;
  }
  rocksdb::WriteBatch converted(batch.bytes());
  rocksdb::Status status = Convert(batch, converted);
  if (status.ok()) {
    rocksdb::WriteOptions options;
    options.sync = true;
    status = db_->Write(options, &converted);
  }
  failed_ = !status.ok();
  return status.ok() ? Status() : Status(Error{ErrorCode::kIo, ToError(status).message});
}

/// RocksDB's warnings go to our log. Its own log file would be on the same disk, and Debian's
/// RocksDB aborts when a second line of that file cannot be written (an assertion in
/// WritableFileWriter::Append).
class WarningLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
  void LogHeader(const char* /*format*/, va_list /*arguments*/) override {}
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < rocksdb::InfoLogLevel::WARN_LEVEL) return;
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    log::Warn("RocksDB: {}", line.data());
  }
};

rocksdb::DBOptions DatabaseOptions(const RocksOptions& options) {
  rocksdb::DBOptions db;
  if (options.env) db.env = options.env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_total_wal_size = 4 * options.write_buffer_bytes;
  db.max_open_files = kMaxOpenFiles;
  db.max_background_jobs = kMaxBackgroundJobs;
  db.max_bgerror_resume_count = 0;  // Only a full disk mends by itself.
  db.info_log = std::make_shared<WarningLog>();
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families(const RocksOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.block_size = kBlockBytes;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.format_version = 5;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (size_t space = 0; space < kSpaceCount; ++space) {
    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = options.write_buffer_bytes * kBufferEighths[space] / 8;
    family.level_compaction_dynamic_level_bytes = true;
    family.compression = rocksdb::kLZ4Compression;
    // The log is only ever read in order; a filter for single keys would be memory for nothing.
    if (static_cast<Space>(space) == Space::kLog) table.filter_policy = nullptr;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    families.emplace_back(kFamilyNames[space], family);
  }
  return families;
}

/// Makes `path` and its missing parents, and syncs the folders that got a new entry.
rocksdb::Status MakeFolders(rocksdb::Env& env, const std::string& path) {
  if (env.FileExists(path).ok()) return {};
  const size_t slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
  if (!parent.empty() && parent != ".") {
    if (rocksdb::Status status = MakeFolders(env, parent); !status.ok()) return status;
  }
  if (slash + 1 == path.size()) return {};  // `path` ended in a slash: its parent was itself.
  if (rocksdb::Status status = env.CreateDirIfMissing(path); !status.ok()) return status;
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = env.NewDirectory(parent.empty() ? "/" : parent, &directory);
  return status.ok() ? directory->Fsync() : status;
}

}  // namespace

Result<std::unique_ptr<Engine>> OpenRocksEngine(const std::string& path, RocksOptions options) {
  try {
    const rocksdb::DBOptions db_options = DatabaseOptions(options);
    if (rocksdb::Status status = MakeFolders(*db_options.env, path); !status.ok()) {
      return ToError(status);
    }
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(db_options, path, Families(options), &families, &db);
    if (!status.ok()) return ToError(status);
    return std::unique_ptr<Engine>(
        std::make_unique<RocksEngine>(std::unique_ptr<rocksdb::DB>(db), std::move(families)));
  } catch (const std::exception& e) {
    return Error{ErrorCode::kIo, std::string("RocksDB: ") + e.what()};
  }
}

}  // namespace lifeboat::storage
