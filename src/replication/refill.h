// Refill: what a replica does whose history is not the one that its peers know
// (docs/replication.md, section 9). It stores what clients have written here since the fork,
// empties the table, and, once the group has filled it again from the peers, applies what it has
// stored. It goes on where it was after a crash.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "replication/interfaces.h"
#include "replication/life.h"
#include "storage/committer.h"

namespace lifeboat::replication {

/// Wrong ones exist only in the simulator, to see that its checkers find them.
struct RefillRules {
  bool empties = true;   ///< Else what the peers have is merged into what is here.
  bool salvages = true;  ///< Else what was written since the fork is forgotten.
};

class Refill {
 public:
  struct Dependencies {
    const storage::Engine& engine;
    storage::Committer& committer;
    ChangeApplier& applier;
    /// Draws the name of the log that the table has once it is empty.
    std::function<storage::LogId()> draw_log;
    RefillRules rules;
  };
  /// Reads back where it was.
  Refill(std::string self, storage::TableId table, Dependencies dependencies);

  enum class Phase : uint8_t {
    kNone = 0,
    kEmptying = 1,  ///< What has to be kept is being stored; then everything else is removed.
    kFilling = 2,   ///< The table is empty, or getting what the peers have.
  };
  Phase phase() const { return phase_; }

  /// From now on we are kEmptying. A peer knows nothing of what was written after `fork`, and has
  /// applied our earlier writes below `applied`, and maybe not the others.
  void Begin(uint64_t fork, storage::Version applied);
  /// Stores what has to be kept, and empties the table, which must be closed and without a write
  /// under way. `done` with the name of the new log; not called when that fails, which is logged
  /// and tried again at the next start.
  void EmptyTable(std::function<void(storage::LogId)> done);
  /// The table has what all peers have: applies what was stored. `done` when we are kNone again.
  void Finish(std::function<void()> done);
  /// There is nobody any more to be filled by.
  void Abandon();

  struct Summary {
    uint64_t refills = 0;
    uint64_t applied = 0;           ///< Writes that were applied again.
    uint64_t lost_count = 0;        ///< Those that had lost against a later one.
    std::vector<std::string> lost;  ///< Their item keys, kMaxLosers at most.
  };
  /// Of the refills of this process.
  const Summary& summary() const { return summary_; }

 private:
  void StoreFrom(uint64_t after, std::function<void()> done);
  void ApplyFrom(std::string cursor, std::function<void()> done);
  void Fail(const Error& error) const;

  const std::string self_;
  const storage::TableId table_;
  Dependencies d_;
  Phase phase_ = Phase::kNone;
  uint64_t fork_ = 0;
  storage::Version applied_;
  Summary summary_;
  Life life_;
};

/// Key in Space::kMeta of the name of a table's log, when it is not the region's.
std::string TableLogKey(storage::TableId table);
/// The table's name of its log; `region` when it has none of its own.
storage::LogId LoadTableLog(const storage::Engine& engine, storage::TableId table,
                            storage::LogId region);

}  // namespace lifeboat::replication
