// Sender: answers peers' pulls and snapshots from this region's log and items. A pull that finds
// nothing new waits here until the log moves, a lagged record comes of age, a fault on the link
// changes, or its time is up.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/scheduler.h"
#include "fault/fault.h"
#include "replication/interfaces.h"
#include "replication/life.h"
#include "replication/limits.h"
#include "replication/log_times.h"
#include "replication/wire.h"
#include "storage/engine.h"

namespace lifeboat::replication {

/// storage::LastCommon, or a wrong one, by which the simulator proves that its checkers see the
/// difference.
using HistoryRule = std::function<std::optional<uint64_t>(const storage::LogHistory& ours,
                                                          const storage::LogHistory& theirs)>;

/// What holds on the link from the first region to the second.
using LinkFaults = std::function<fault::LinkState(std::string_view from, std::string_view to)>;

/// How a table's replica stands, as far as its peers are concerned.
struct ReplicaState {
  storage::LogId log;
  bool ready = false;  ///< Not joining, not being refilled: it has something to give.
  /// It has heard from every member since the process began, and was not rolled back.
  bool checked = false;
  Known known;  ///< What we know of the asking peer's log.
  /// How far we have applied the other members' writes, durably.
  std::vector<Applied> applied;
};

class Sender {
 public:
  struct Dependencies {
    const storage::Engine& engine;
    const LogSource& log;
    const Clock& clock;
    Scheduler& scheduler;
    LinkFaults links;
    std::function<ReplicaState(storage::TableId, std::string_view peer)> state;
    /// A peer has asked, and named its own log.
    std::function<void(storage::TableId, std::string_view peer, storage::LogId)> on_asked;
    size_t page_changes = kPageChanges;
    HistoryRule history_rule;
  };
  /// kUnavailable: the link is cut.
  using Done = std::function<void(Result<Page>)>;

  Sender(std::string self, Dependencies dependencies)
      : self_(std::move(self)), d_(std::move(dependencies)), started_(d_.clock.WallNow()) {}

  /// The regions that may pull the table; empty: none any more.
  void SetPeers(storage::TableId table, const std::vector<std::string>& peers);

  void Pull(const PullRequest& request, Done done);
  Result<Page> Snapshot(const SnapshotRequest& request) const;

  void OnLogMoved(storage::TableId table);
  void OnLinksChanged();
  /// The replica's state has changed: polls may have to be refused.
  void OnStateChanged(storage::TableId table) { LookAgain(table); }
  /// The peer's log is a new one: what it has acknowledged is void.
  void ForgetAcknowledged(storage::TableId table, std::string_view peer);
  /// Answers the polls whose time is up.
  void Tick();

  /// What the peer has durably applied of our log, as far as it has told since we started.
  std::optional<uint64_t> Acknowledged(storage::TableId table, std::string_view peer) const;
  WallTime started() const { return started_; }

 private:
  struct Poll {
    PullRequest request;
    Done done;
    Instant deadline;
    uint64_t through = 0;
    /// The next record, when a lag has kept it back; saves reading it again.
    struct Young {
      uint64_t sequence;
      WallTime committed_at;
    };
    std::optional<Young> next;
    std::optional<Instant> alarm;
  };
  struct Table {
    std::map<std::string, std::optional<uint64_t>, std::less<>> acknowledged;  ///< By peer.
    std::list<Poll> polls;
    LogTimes times;  ///< Empty while no peer has a lag.
  };

  storage::Version OwnFrontier(const LogSource::Head& head) const;
  /// An answer with all that it says besides changes.
  Page NewPage(Answer answer, storage::TableId table, std::string_view peer) const;
  bool IsPeer(storage::TableId table, std::string_view region) const;
  /// The refusal of a pull that our log can't continue from its position.
  std::optional<Page> RefusePosition(const PullRequest& request) const;
  /// The answer, or nullopt when there is nothing to say yet.
  std::optional<Result<Page>> Look(Poll& poll);
  /// Reads on; nullopt when the log does not continue.
  std::optional<Page> ReadLog(Poll& poll, Duration lag);
  /// Notes when the log was where it is now, while some peer has a lag.
  void NoteTime(storage::TableId id, Table& table);
  /// How long a record is still too young for the peer; zero or less: it isn't.
  Duration TimeLeft(const Poll& poll, const Poll::Young& record, Duration lag) const;
  /// False when the record is still too young; the poll is looked at again when it isn't.
  bool OldEnough(Poll& poll, Poll::Young record, Duration lag);
  void LookAgain(storage::TableId table);

  const std::string self_;
  Dependencies d_;
  const WallTime started_;
  std::map<storage::TableId, Table> tables_;
  size_t poll_count_ = 0;
  Life life_;
};

}  // namespace lifeboat::replication
