// The change log: one record for every accepted write, in commit order, per table. Streams,
// point-in-time recovery and replication are three readers of it. Format:
// docs/formats/change-log.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "storage/engine.h"
#include "storage/item.h"

namespace lifeboat::storage {

/// Why a write happened. The numbers are on disk.
enum class Cause : uint8_t { kClient = 0, kTimeToLive = 1, kReplicated = 2 };

struct ChangeRecord {
  TableId table;
  uint64_t sequence = 0;  ///< From 1, without gaps, per table and region.
  Version version;
  WallTime committed_at;  ///< Local clock, never decreasing within a table.
  Cause cause = Cause::kClient;
  bool silent = false;  ///< Nothing changed: streams skip it, replication does not.
  std::string key;      ///< The item's key in Space::kItems.
  std::optional<std::string> old_image;  ///< nullopt: there was no item.
  std::optional<std::string> new_image;  ///< nullopt: there is no item any more.
};
std::string EncodeChangeRecord(const ChangeRecord& record);
Result<ChangeRecord> DecodeChangeRecord(std::string_view bytes);

/// Key in Space::kLog: u64 table id | u64 sequence, big-endian.
std::string LogKey(TableId table, uint64_t sequence);

/// Names the incarnation of a region's log; a new one is drawn when the data folder is made, so
/// that a position into a lost log is recognised (the reader then needs a snapshot).
struct LogId {
  uint64_t value = 0;
  auto operator<=>(const LogId&) const = default;
};

/// A place in one table's log: everything up to and including `sequence` has been read.
struct LogPosition {
  LogId log;
  uint64_t sequence = 0;
  bool operator==(const LogPosition&) const = default;
};

/// Reads a table's durable records. Cheap to make.
class ChangeLogReader {
 public:
  ChangeLogReader(const Engine& engine, TableId table) : engine_(engine), table_(table) {}
  /// Records after `after`, oldest first, until `max_records` or `max_bytes` (at least one record
  /// when there is one).
  Result<std::vector<ChangeRecord>> Read(uint64_t after, size_t max_records,
                                         size_t max_bytes) const;
  /// Lowest and highest sequence present; {0, 0} when the log is empty.
  struct Bounds {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  Result<Bounds> GetBounds() const;

 private:
  const Engine& engine_;
  TableId table_;
};

/// Deletes records with sequence < `first_kept`.
void TrimLog(WriteBatch& batch, TableId table, uint64_t first_kept);

}  // namespace lifeboat::storage
