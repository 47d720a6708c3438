// Progress: how far this region has applied one peer's log of one table, and where a snapshot that
// is being taken in stands. It is written in the same batch as the changes that it speaks of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replication/wire.h"
#include "storage/engine.h"

namespace lifeboat::replication {

struct Progress {
  /// In a snapshot: the sender's head when it began, our position once it is complete. Log id 0:
  /// nothing has been applied.
  storage::LogPosition position;
  /// The peer's log as it was last told: its latest generations, and its head. It is stored before
  /// anything is concluded from what came with it.
  storage::LogHistory told;
  storage::Version frontier;  ///< We have all writes of the peer below this.

  bool in_snapshot = false;
  std::string cursor;                   ///< Last key taken in.
  storage::Version snapshot_frontier;   ///< Will be `frontier` once the snapshot is complete.
  std::vector<Applied> source_applied;  ///< The sender's, when the snapshot began.

  Known GetKnown() const { return {position.log, told}; }
  /// From now on a new snapshot, from its first page.
  void BeginSnapshot();
};

std::string EncodeProgress(const Progress& progress);
Result<Progress> DecodeProgress(std::string_view bytes);

/// Keys in Space::kMeta.
std::string ProgressPrefix(storage::TableId table);
std::string ProgressKey(storage::TableId table, std::string_view peer);
void PutProgress(storage::WriteBatch& batch, storage::TableId table, std::string_view peer,
                 const Progress& progress);
/// nullopt when there is none.
Result<std::optional<Progress>> LoadProgress(const storage::Engine& engine, storage::TableId table,
                                             std::string_view peer);
/// Deletes the progress of regions that are not among `members`.
Status ForgetOthers(const storage::Engine& engine, storage::TableId table,
                    const std::vector<std::string>& members, storage::WriteBatch& batch);

}  // namespace lifeboat::replication
