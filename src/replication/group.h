// Group: all that replication does for one table. It has a Receiver for every other member, brings
// a joining replica up, has tombstones dropped and says how much of the log is needed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "replication/collector.h"
#include "replication/receiver.h"
#include "replication/sender.h"
#include "storage/committer.h"

namespace lifeboat::replication {

/// A replica as its owner describes it.
struct GroupConfig {
  storage::TableId table;
  std::string table_name;
  std::vector<std::string> members;  ///< All regions, ours included; empty: not replicated.
  bool joining = false;              ///< We are being made and need everything from `source`.
  std::string source;
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
    Tunables tunables;
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
    return receivers_.empty() && retired_.empty() && !collector_.busy();
  }
  /// How far we have durably applied the other members' writes.
  std::vector<Applied> GetApplied() const;
  std::map<std::string, Receiver::Metrics> GetMetrics() const;

 private:
  void AddReceiver(const std::string& peer);
  void RetireReceiver(const std::string& peer);
  void ForgetFormerMembers();
  /// Starts the receivers that may run now, and finds out whether we are caught up.
  void Advance();
  /// A joining replica first waits until all other members know it, then takes its source's
  /// snapshot, and then pulls from all.
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
  Collector collector_;
  bool told_caught_up_ = false;
  Life life_;
};

}  // namespace lifeboat::replication
