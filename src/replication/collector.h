// Collector: walks one table's log behind its head and has the tombstones dropped that nobody needs
// any more (docs/replication.md, section 5). Its place in the log is durable, and the log is not
// trimmed before it has passed.
#pragma once

#include <optional>
#include <string>

#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/tombstones.h"
#include "storage/engine.h"

namespace lifeboat::replication {

class Collector {
 public:
  Collector(storage::TableId table, const storage::Engine& engine, ChangeApplier& applier,
            TombstoneRule rule, uint64_t step_max);

  /// Passes what it can of the log up to `head`, a bounded piece at a time. Does nothing while its
  /// last piece is being committed.
  void Step(uint64_t head, const Knowledge& knowledge);
  /// It has passed this sequence, durably.
  uint64_t passed() const { return passed_; }
  bool busy() const { return busy_; }

 private:
  void Commit(uint64_t through, std::vector<ChangeApplier::Tombstone> tombstones);

  const storage::TableId table_;
  const storage::Engine& engine_;
  ChangeApplier& applier_;
  const TombstoneRule rule_;
  const uint64_t step_max_;  ///< Records passed between two commits of the place, at most.
  uint64_t passed_ = 0;
  uint64_t seen_ = 0;  ///< Passed, but no tombstone since `passed_` to make it worth a commit.
  bool busy_ = false;
  Life life_;
};

/// Key in Space::kMeta of a collector's place.
std::string CollectorKey(storage::TableId table);

}  // namespace lifeboat::replication
