#include "storage/rocks/rocks_engine.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <exception>
#include <mutex>

#include "base/log.h"
#include "storage/commit_number.h"
#include "storage/rocks/commit_filter.h"
#include "storage/rocks/manifest_watch.h"
#include "storage/rocks/settings.h"

namespace lifeboat::storage {
namespace {

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

/// Writes errors of reading to our log: they name the file. The one before isn't repeated, since
/// clients may ask for a damaged block again and again.
class ReadErrors {
 public:
  Error Report(const rocksdb::Status& status) {
    Error error = ToError(status);
    const std::lock_guard lock(mutex_);
    if (error.message != last_) log::Error("a read failed: {}", error.message);
    last_ = error.message;
    return error;
  }

 private:
  std::mutex mutex_;
  std::string last_;
};

class RocksIterator final : public Iterator {
 public:
  RocksIterator(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, ReadErrors& errors,
                std::string_view lower, std::string_view upper)
      : errors_(errors), lower_(lower), upper_(upper), lower_slice_(lower_), upper_slice_(upper_) {
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
  Status status() const override {
    const rocksdb::Status status = it_->status();
    return status.ok() ? Status() : Status(errors_.Report(status));
  }

 private:
  /// RocksDB does not like bounds that enclose nothing.
  bool Nothing() const { return !upper_.empty() && upper_ <= lower_; }

  ReadErrors& errors_;
  const std::string lower_, upper_;
  const rocksdb::Slice lower_slice_, upper_slice_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

/// A database that is open, and what it needs as long as it is.
struct Database {
  std::shared_ptr<ManifestWatch> watch;  ///< With a seal only, as env.
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<CommitFilter> filter;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
};

class RocksEngine final : public Engine {
 public:
  RocksEngine(Database database, std::shared_ptr<SealKeeper> seal)
      : seal_(std::move(seal)),
        database_(std::move(database)),
        db_(*database_.db),
        families_(database_.families) {}
  ~RocksEngine() override;

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
  /// The number of a durable write, before anybody is told of it.
  void TellSeal(const WriteBatch& written);
  rocksdb::Status Convert(const WriteBatch& batch, rocksdb::WriteBatch& out) const;

  const std::shared_ptr<SealKeeper> seal_;
  Database database_;
  rocksdb::DB& db_;
  const std::vector<rocksdb::ColumnFamilyHandle*>& families_;
  mutable ReadErrors errors_;
  bool failed_ = false;  ///< Only Write's thread looks at it.
};

RocksEngine::~RocksEngine() {
  // What is only in memory and in log files goes into tables, which the MANIFEST accounts for: the
  // next start has nothing to replay and nothing to look for. Not after an error: then only the log
  // files are known to be whole.
  bool clean = seal_ && !failed_;
  if (clean) clean = db_.Flush(rocksdb::FlushOptions(), families_).ok();
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    db_.DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  clean = db_.Close().ok() && clean;
  database_.db.reset();
  if (seal_) seal_->SetClosed(clean);
}

Result<std::optional<std::string>> RocksEngine::Get(Space space, std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      db_.Get(rocksdb::ReadOptions(), Family(space), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return errors_.Report(status);
  return std::optional(value.ToString());
}

std::unique_ptr<Iterator> RocksEngine::NewIterator(Space space, std::string_view lower,
                                                   std::string_view upper) const {
  return std::make_unique<RocksIterator>(db_, Family(space), errors_, lower, upper);
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
  const rocksdb::Status resumed = db_.Resume();
  failed_ = !resumed.ok();
  if (!failed_) return {};
  return Error{ErrorCode::kIo,
               "an earlier write failed, and writing cannot go on: " + ToError(resumed).message};
}

void RocksEngine::TellSeal(const WriteBatch& written) {
  const WriteBatch::Op& first = written.ops().front();
  if (first.space != Space::kMeta || first.key != kCommitKey) return;
  const std::optional<uint64_t> number = DecodeCommitNumber(first.value);
  if (number) seal_->SetCommit(*number);
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
    status = db_.Write(options, &converted);
  }
  failed_ = !status.ok();
  if (status.ok() && seal_) TellSeal(batch);
  if (status.ok()) return {};
  return Error{status.IsNoSpace() ? ErrorCode::kLimit : ErrorCode::kIo, ToError(status).message};
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

rocksdb::DBOptions OptionsOf(const RocksOptions& options, const Database& database) {
  rocksdb::DBOptions db = DatabaseOptions(options);
  if (database.env) db.env = database.env.get();
  return db;
}

/// Reads every block of every table.
Status Verify(Database& database) {
  const rocksdb::Status verified = database.db->VerifyChecksum();
  if (verified.ok()) return {};
  for (rocksdb::ColumnFamilyHandle* family : database.families) {
    database.db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  database.db.reset();
  return ToError(verified);
}

Result<Database> TryOpen(const std::string& path, const RocksOptions& options,
                         CommitFilter::Mode mode) {
  Database database;
  if (options.seal) {
    rocksdb::Env& env = options.env ? *options.env : *rocksdb::Env::Default();
    database.watch = std::make_shared<ManifestWatch>(env.GetFileSystem(), *options.seal);
    database.env = rocksdb::NewCompositeEnv(database.watch);
  }
  database.filter = std::make_unique<CommitFilter>(mode);
  rocksdb::DBOptions db_options = OptionsOf(options, database);
  db_options.wal_filter = database.filter.get();
  if (mode == CommitFilter::Mode::kStop) {
    db_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    db_options.track_and_verify_wals_in_manifest = false;
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(db_options, path, Families(options), &database.families, &db);
  if (!database.filter->gap().empty() && mode == CommitFilter::Mode::kCheck) {
    return Error{ErrorCode::kCorrupt, database.filter->gap()};
  }
  if (!status.ok()) return ToError(status);
  database.db.reset(db);
  if (options.verify) {
    if (Status verified = Verify(database); !verified) return verified.error();
  }
  return database;
}

/// The first that works of: what should be there, a shorter history, what can be read.
Result<Database> OpenWhatIsLeft(const std::string& path, const RocksOptions& options) {
  if (!options.repair) {
    for (const CommitFilter::Mode mode : {CommitFilter::Mode::kCheck, CommitFilter::Mode::kStop}) {
      auto database = TryOpen(path, options, mode);
      if (database) return database;
      log::Warn("{}", database.error().message);
    }
  }
  log::Warn("{}: the database's list of its files is made anew", path);
  const rocksdb::Status repaired =
      rocksdb::RepairDB(path, DatabaseOptions(options), Families(options));
  if (!repaired.ok()) return ToError(repaired);
  return TryOpen(path, options, CommitFilter::Mode::kStop);
}

}  // namespace

Result<std::unique_ptr<Engine>> OpenRocksEngine(const std::string& path, RocksOptions options) {
  try {
    rocksdb::Env& env = options.env ? *options.env : *rocksdb::Env::Default();
    if (rocksdb::Status status = MakeFolders(env, path); !status.ok()) return ToError(status);
    auto database = options.accept_loss ? OpenWhatIsLeft(path, options)
                                        : TryOpen(path, options, CommitFilter::Mode::kCheck);
    if (!database) return database.error();
    if (database->watch) database->watch->OnOpened();
    return std::unique_ptr<Engine>(
        std::make_unique<RocksEngine>(*std::move(database), options.seal));
  } catch (const std::exception& e) {
    return Error{ErrorCode::kIo, std::string("RocksDB: ") + e.what()};
  }
}

}  // namespace lifeboat::storage
