// Collector: walks one table's log behind its head and has the tombstones dropped that nobody needs
// any more (docs/replication.md, section 5). Its place in the log is durable, and replication needs
// the log until it has passed. If the log was trimmed before it nevertheless, because it had grown
// too long, it sweeps over all items instead, as often as it takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/tombstones.h"
#include "storage/change_log.h"
#include "storage/engine.h"

namespace lifeboat::replication {

class Collector {
 public:
  /// `step_max`: records passed between two commits of the place, at most.
  Collector(storage::TableId table, const storage::Engine& engine, ChangeApplier& applier,
            TombstoneRule rule, uint64_t step_max);

  /// Passes what it can of the log up to `head`, a bounded piece at a time. Does nothing while its
  /// last piece is being committed.
  void Step(const LogSource::Head& head, const Knowledge& knowledge);
  /// It has passed this sequence, durably.
  uint64_t passed() const { return passed_; }
  bool busy() const { return busy_; }

 private:
  using Tombstones = std::vector<ChangeApplier::Tombstone>;
  struct Sweep {
    storage::Version below;     ///< Tombstones that are younger are met again in the log.
    uint64_t resume_after = 0;  ///< Where the log goes on.
    std::string cursor;
    std::optional<storage::Version> kept;  ///< One of those that must be met again.
  };
  void Walk(const std::vector<storage::ChangeRecord>& records, uint64_t head,
            const Knowledge& knowledge);
  void SweepOn(const Knowledge& knowledge);
  void Commit(uint64_t through, Tombstones tombstones);

  const storage::TableId table_;
  const storage::Engine& engine_;
  ChangeApplier& applier_;
  const TombstoneRule rule_;
  const uint64_t step_max_;
  uint64_t passed_ = 0;
  uint64_t seen_ = 0;  ///< Passed, but with nothing yet that would be worth a commit.
  std::optional<Sweep> sweep_;
  /// A tombstone that must go before we can. Until the rule lets it, there is nothing to read.
  std::optional<storage::Version> waits_for_;
  bool busy_ = false;
  Life life_;
};

/// Key in Space::kMeta of a collector's place.
std::string CollectorKey(storage::TableId table);

}  // namespace lifeboat::replication
