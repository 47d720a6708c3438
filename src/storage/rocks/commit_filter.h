// Reads the commit numbers that stand in a database's log files, as RocksDB replays them, and
// notices where one is missing.
#pragma once

#include <cstdint>
#include <string>

#include <rocksdb/wal_filter.h>

namespace lifeboat::storage {

class CommitFilter final : public rocksdb::WalFilter {
 public:
  enum class Mode {
    kCheck,     ///< A gap is damage.
    kOnlyLook,  ///< The same, and no record is replayed: for the numbers alone.
    kStop,      ///< At a gap the replay ends: the history up to there is whole.
  };
  explicit CommitFilter(Mode mode) : mode_(mode) {}

  /// Of the numbers seen; 0 when there was none.
  uint64_t first() const { return first_; }
  uint64_t last() const { return last_; }
  /// Where the last one stood.
  const std::string& file() const { return file_; }
  /// `file: what is missing`; empty when nothing is.
  const std::string& gap() const { return gap_; }

  const char* Name() const override { return "CommitFilter"; }
  WalProcessingOption LogRecordFound(unsigned long long log, const std::string& file,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* changed,
                                     bool* is_changed) override;

 private:
  const Mode mode_;
  uint64_t first_ = 0;
  uint64_t last_ = 0;
  std::string file_;
  std::string gap_;
};

}  // namespace lifeboat::storage
