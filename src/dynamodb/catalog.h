// Catalog: the tables of this region, as they are now. Definitions are immutable values that are
// replaced whole; beside each stands what changes with every write: the log's numbering and the
// item count. All of it is read back from the engine at Open.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "dynamodb/table.h"
#include "dynamodb/table_log.h"
#include "storage/change_log.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

/// Items and bytes of a table after the change with `sequence`. Stored now and then; what the log
/// has after it is counted again at Open.
struct TableStats {
  int64_t items = 0;
  int64_t bytes = 0;
  uint64_t sequence = 0;
  void Count(const std::optional<std::string>& old_image,
             const std::optional<std::string>& new_image, uint64_t at);
};

struct LiveTable {
  std::shared_ptr<const Table> definition;
  TableLog log;
  TableStats stats;
  uint64_t stats_stored_at = 0;   ///< The sequence of the stored stats.
  bool closed = false;            ///< Being refilled: clients' calls for items are refused.
  bool deleting = false;          ///< Its removal is under way: no more writes.
  bool backfill_running = false;  ///< See index_backfill.h.
  bool changing = false;          ///< A new definition is under way: no trimming.
  /// Replication's bound on trimming, see Service::SetReplicationBound.
  uint64_t replication_bound = 0;
  uint64_t trimmed_below = 0;  ///< Records with smaller sequences have been trimmed.

  const Table& table() const { return *definition; }
};

class Catalog {
 public:
  static Result<Catalog> Load(const storage::Engine& engine);

  /// nullptr when there is none. Takes a table's ARN too.
  LiveTable* Find(std::string_view name_or_arn);
  LiveTable* Find(storage::TableId id);
  /// Adds a table that has become durable, or replaces its definition.
  LiveTable& Put(Table table);
  void Remove(storage::TableId id);
  /// Tables that were deleted and have streams that can still be read, in the order of deletion.
  /// Only these and their logs are left of them.
  const auto& retired() const { return retired_; }
  void Retire(LiveTable table);
  void ForgetRetired(storage::TableId id);
  /// Sorted by name.
  const auto& tables() const { return by_name_; }
  /// Where a table's log goes on: after what the engine holds, also of an earlier table with this
  /// id (a replica that was deleted and comes back).
  static Result<TableLog> LoadLog(const storage::Engine& engine, storage::TableId id);
  /// The stored stats and what the log says since.
  static Result<TableStats> LoadStats(const storage::Engine& engine, storage::TableId id);

 private:
  Status LoadRetired(const storage::Engine& engine);

  std::map<std::string, std::unique_ptr<LiveTable>, std::less<>> by_name_;
  std::unordered_map<uint64_t, LiveTable*> by_id_;
  std::vector<std::unique_ptr<LiveTable>> retired_;
};

/// Keys in Space::kMeta (docs/formats/catalog.md).
std::string TableMetaKey(storage::TableId id);
std::string StatsMetaKey(storage::TableId id);
/// The last sequence of a table that was deleted here.
std::string HeadMetaKey(storage::TableId id);
/// A Version at or above every one that was applied from a peer, and that a deleted table had.
inline constexpr std::string_view kClockMetaKey = "dynamodb/clock";
inline constexpr std::string_view kTablesMetaPrefix = "dynamodb/table/";
inline constexpr std::string_view kRetiredMetaPrefix = "dynamodb/retired/";
/// The definition of a table that was deleted and whose streams can still be read.
std::string RetiredMetaKey(storage::TableId id);

std::string EncodeStats(const TableStats& stats);

}  // namespace lifeboat::dynamodb
