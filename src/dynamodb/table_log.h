// TableLog: the numbering of one table's change records. Sequences are given out in the order in
// which batches are handed to the committer; the committer keeps that order, so what is durable is
// always a prefix, and the oldest write under way tells how far readers may trust Versions.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"
#include "storage/generations.h"
#include "storage/version.h"

namespace lifeboat::dynamodb {

class TableLog {
 public:
  TableLog() = default;
  /// Goes on after what the engine holds: the last record's sequence and time, and the generations.
  TableLog(uint64_t last_sequence, WallTime last_commit, storage::Generations generations)
      : generations_(std::move(generations)),
        last_(last_sequence),
        durable_(last_sequence),
        last_commit_(last_commit) {}

  struct Slot {
    uint64_t sequence = 0;
    WallTime committed_at;  ///< Never decreasing within the table.
    /// The record is the first of its generation: to be stored with it.
    std::optional<storage::GenerationStart> begins;
  };
  /// The place of the next record; `local` is its Version when it is a write of this region.
  Slot Append(WallTime now, std::optional<storage::Version> local, uint64_t generation);
  /// The oldest record under way has become durable.
  void OnDurable();
  /// Forgets all that was under way, after a failed commit: the engine says what there is.
  void Reset(const TableLog& stored) {
    last_ = durable_ = stored.last_;
    generations_ = stored.generations_;
    under_way_.clear();
  }
  /// The log has been emptied: no record of any generation is there.
  void ForgetGenerations() { generations_ = {{0, 1}}; }
  const storage::Generations& generations() const { return generations_; }

  uint64_t last() const { return last_; }
  uint64_t durable() const { return durable_; }
  /// The Version of the oldest local write that is not durable yet.
  const storage::Version* OldestUnderWay() const;

 private:
  struct UnderWay {
    uint64_t sequence;
    std::optional<storage::Version> local;
  };
  storage::Generations generations_ = {{0, 1}};
  uint64_t last_ = 0;
  uint64_t durable_ = 0;
  WallTime last_commit_;
  std::deque<UnderWay> under_way_;
};

}  // namespace lifeboat::dynamodb
