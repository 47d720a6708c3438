#include "storage/rocks/settings.h"

#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdarg>
#include <cstdio>

#include "base/log.h"
#include "storage/engine.h"

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

}  // namespace

Error ToError(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return {ErrorCode::kLimit, "RocksDB: " + status.ToString()};
  const bool damaged = status.IsCorruption() || status.IsPathNotFound();
  return {damaged ? ErrorCode::kCorrupt : ErrorCode::kIo, "RocksDB: " + status.ToString()};
}

rocksdb::DBOptions DatabaseOptions(const RocksOptions& options) {
  rocksdb::DBOptions db;
  if (options.env) db.env = options.env;
  db.create_if_missing = options.create_if_missing;
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
  // What of a log file was never synced may be missing at its end; anything else is damage, and the
  // seal tells an end that was synced from one that was not. With 7.8 SyncWAL, FlushWAL,
  // checkpoints and backups would make the MANIFEST's account of log files wrong: none of them is
  // used.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.recycle_log_file_num = 0;
  db.manual_wal_flush = false;
  db.wal_compression = rocksdb::kNoCompression;
  db.two_write_queues = false;
  db.unordered_write = false;
  db.enable_pipelined_write = false;
  db.best_efforts_recovery = false;
  db.paranoid_checks = true;
  db.WAL_ttl_seconds = 0;
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

}  // namespace lifeboat::storage
