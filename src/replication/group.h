// Group: all that replication does for one table. It has a Receiver for every other member, brings
// a joining replica up, has tombstones dropped and says how much of the log is needed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "replication/collector.h"
#include "replication/receiver.h"
#include "replication/refill.h"
#include "replication/sender.h"
#include "storage/committer.h"

namespace lifeboat::replication {

/// A replica as its owner describes it.
struct GroupConfig {
  storage::TableId table;
  std::string table_name;
  std::vector<std::string> members;  ///< All regions, ours included; empty: not replicated.
  bool joining = false;              ///< We are being made and need everything.
  std::string source;                ///< From this member; empty: from every one.
};

class Group {
 public:
  struct Dependencies {
    const storage::Engine& engine;
    storage::Committer& committer;
    ChangeApplier& applier;
    PeerCaller& caller;
    LogSource& log;
    const Clock& clock;
    Scheduler& scheduler;
    LinkFaults links;
    Sender& sender;
    TombstoneRule tombstone_rule;
    HistoryRule history_rule;
    RefillRules refill_rules;
    Tunables tunables;
    storage::LogId region_log;
    std::function<storage::LogId()> draw_log;
    /// A joining replica has everything.
    std::function<void(storage::TableId)> on_caught_up;
  };
  Group(std::string self, storage::TableId table, Dependencies dependencies);

  void Set(GroupConfig config);
  /// Drops tombstones, a bounded piece at a time, and tells from where on the log is needed.
  void Housekeep();

  const GroupConfig& config() const { return config_; }
  /// True when no other region has a replica and nothing is under way.
  bool idle_and_alone() const {
    return receivers_.empty() && retired_.empty() && !collector_->busy() &&
           refill_.phase() == Refill::Phase::kNone;
  }
  ReplicaState GetState(std::string_view peer) const;
  /// A peer has pulled here, and has named its own log.
  void OnAsked(std::string_view peer, storage::LogId log);
  const Refill& refill() const { return refill_; }
  std::map<std::string, Receiver::Metrics> GetMetrics() const;

 private:
  void AddReceiver(const std::string& peer);
  void RetireReceiver(const std::string& peer);
  void ForgetFormerMembers();
  std::vector<std::string> Peers() const;
  /// How far we have durably applied the other members' writes.
  std::vector<Applied> GetApplied() const;
  bool ready() const { return !config_.joining && refill_.phase() == Refill::Phase::kNone; }
  bool checked() const;
  /// Compares our log with what the peer knows of it. False when we were rolled back, and are about
  /// to be refilled.
  bool OnHeard(const std::string& peer, const Page& page);
  /// `applied`: the peer's vector.
  void BeginRefill(const std::string& peer, std::optional<uint64_t> last_common,
                   const std::vector<Applied>& applied);
  void CloseTable();
  void EmptyTable();
  void FinishIfFull();
  /// True when we have all that the other members can give.
  bool IsFull() const;
  /// True when every member's snapshot is needed, for one of them may have what no other has.
  bool FromAll() const {
    return refill_.phase() == Refill::Phase::kFilling || config_.source.empty();
  }
  /// True for a member whose snapshot we need.
  bool IsSource(const std::string& peer) const;
  /// Starts the receivers that may run now, and finds out whether we are caught up.
  void Advance();
  /// A replica that is made or refilled first waits until all other members know it, then takes the
  /// snapshots that it needs, and then pulls from all.
  enum class Phase { kKnock, kPullSource, kPullAll };
  Phase GetPhase() const;
  std::optional<Progress> Load(const std::string& peer) const;
  void TakeOverPositions(storage::WriteBatch& batch, const std::vector<Applied>& source) const;
  Knowledge GetKnowledge() const;
  void Collect();
  void BoundLog();

  const std::string self_;
  const storage::TableId table_;
  Dependencies d_;
  GroupConfig config_;
  std::map<std::string, std::unique_ptr<Receiver>> receivers_;
  std::vector<std::unique_ptr<Receiver>> retired_;  ///< Stopped, with a commit under way.
  std::map<std::string, Frontiers, std::less<>> peers_applied_;
  std::map<std::string, storage::LogId, std::less<>> peer_logs_;  ///< As peers name theirs.
  std::set<std::string, std::less<>> heard_;                      ///< Since our process began.
  storage::LogId log_;
  Refill refill_;
  std::unique_ptr<Collector> collector_;
  bool told_caught_up_ = false;
  bool closed_ = false;  ///< For the refill; and no client's write is under way.
  bool emptying_ = false;
  bool finishing_ = false;
  Life life_;
};

}  // namespace lifeboat::replication
