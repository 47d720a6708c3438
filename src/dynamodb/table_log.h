// TableLog: the numbering of one table's change records. Sequences are given out in the order in
// which batches are handed to the committer; the committer keeps that order, so what is durable is
// always a prefix, and the oldest write under way tells how far readers may trust Versions.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"
#include "storage/version.h"

namespace lifeboat::dynamodb {

class TableLog {
 public:
  TableLog() = default;
  /// Goes on after what the engine holds: the last record's sequence and time.
  TableLog(uint64_t last_sequence, WallTime last_commit)
      : last_(last_sequence), durable_(last_sequence), last_commit_(last_commit) {}

  struct Slot {
    uint64_t sequence = 0;
    WallTime committed_at;  ///< Never decreasing within the table.
  };
  /// The place of the next record; `local` is its Version when it is a write of this region.
  Slot Append(WallTime now, std::optional<storage::Version> local);
  /// The oldest record under way has become durable.
  void OnDurable();
  /// Forgets all that was under way, after a failed commit: the engine says what there is.
  void Reset(uint64_t last_sequence) {
    last_ = durable_ = last_sequence;
    under_way_.clear();
  }

  uint64_t last() const { return last_; }
  uint64_t durable() const { return durable_; }
  /// The Version of the oldest local write that is not durable yet.
  const storage::Version* OldestUnderWay() const;

 private:
  struct UnderWay {
    uint64_t sequence;
    std::optional<storage::Version> local;
  };
  uint64_t last_ = 0;
  uint64_t durable_ = 0;
  WallTime last_commit_;
  std::deque<UnderWay> under_way_;
};

}  // namespace lifeboat::dynamodb
