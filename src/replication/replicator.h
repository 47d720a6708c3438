// Replicator: replication as one object of a region (docs/replication.md). The region hands it the
// table groups, the requests of peers and the news of its logs; it pulls from the peers, applies
// what they wrote, keeps tombstones and logs no longer than needed, and carries peer messages.
//
// Runs on its owner's one thread. Destroying it ends everything at once, as a crash would: calls
// under way are forgotten, and requests that wait here are not answered any more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/prng.h"
#include "replication/group.h"
#include "replication/hello.h"
#include "replication/limits.h"
#include "replication/messages.h"

namespace lifeboat::replication {

/// Targets of Handle start with this.
inline constexpr std::string_view kPathPrefix = "/_lifeboat/replication/";

class Replicator {
 public:
  struct Options {
    std::string region;
    /// Of this opening of the data folder: the one that the tables' records are written in.
    uint64_t generation = 0;
    uint64_t commit = 0;  ///< The last durable commit at the opening; 0: not known.
    /// All of the world, and other witnesses: each hears of our data folder.
    std::vector<std::string> regions;
    // Wrong ones only in the simulator.
    TombstoneRule tombstone_rule = MayDrop;
    HistoryRule history_rule = storage::LastCommon;
    RefillRules refill_rules;
    Tunables tunables;
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    ChangeApplier& applier;
    LogSource& log;
    PeerCaller& caller;
    LinkFaults links;
    Inbox::Handler on_message;
    std::function<void(storage::TableId)> on_caught_up;
    /// See Hello::Dependencies.
    std::function<void(std::string_view region, storage::WriteBatch& batch)> reintroduce;
  };

  /// Reads back the log id, or draws one and stores it, and what waits in the outbox. Errors: kIo,
  /// kCorrupt.
  static Result<std::unique_ptr<Replicator>> Open(Options options, Dependencies dependencies);

  /// A table's members have changed; called once for each table at start, too.
  void SetGroup(GroupConfig config);
  /// The durable head of the table's log has moved.
  void OnLogMoved(storage::TableId table) { sender_.OnLogMoved(table); }
  /// A fault was injected or cleared.
  void OnLinksChanged() { sender_.OnLinksChanged(); }
  /// Runs `done` once, never inside this call: when every region has said what it knows of our data
  /// folder, and the members of every table what they know of its log, so that a disk that was
  /// rolled back is noticed and its tables are closed; after `at_most` in any case.
  void AwaitPeers(Duration at_most, std::function<void()> done);
  /// Answers a request whose target starts with kPathPrefix.
  void Handle(const http::Request& request, http::Reply reply);

  /// Adds a message to `batch`; Inbox::Handler of `region` gets it at least once, in order.
  void Send(storage::WriteBatch& batch, std::string_view region, const json::Value& message) {
    outbox_.Add(batch, region, message);
  }
  /// What was added by Send is committed.
  void Flush() { outbox_.Flush(); }

  storage::LogId log_id() const { return log_; }
  /// One direction of one link, for one table.
  struct PairMetrics {
    storage::TableId table;
    std::string table_name;
    std::string from, to;
    Receiver::Metrics metrics;
  };
  std::vector<PairMetrics> GetMetrics() const;
  /// True when the replica is neither being made nor refilled, and has heard from all other members
  /// since we started, so that it would know if it had been rolled back.
  bool IsWhole(storage::TableId table) const;
  const Hello& hello() const { return hello_; }
  /// Refills of this process that have come to their end.
  uint64_t CountRefills() const;
  /// As JSON, for GET /_lifeboat/replication/metrics.
  json::Value MetricsJson() const;

 private:
  Replicator(Options options, Dependencies dependencies, storage::LogId log);
  Group& GroupOf(storage::TableId table);
  bool HasHeardPeers() const;
  void LookForPeers(Instant end, std::function<void()> done);
  void Tick();
  void Housekeep();
  void HandlePull(std::string_view body, http::Reply reply);
  void HandleSnapshot(std::string_view body, const http::Reply& reply);
  void HandleHello(std::string_view body, http::Reply reply);
  void HandleMessages(std::string_view body, http::Reply reply);

  const Options options_;
  Dependencies d_;
  const storage::LogId log_;
  Sender sender_;
  Outbox outbox_;
  Inbox inbox_;
  Hello hello_;
  std::map<storage::TableId, std::unique_ptr<Group>> groups_;
  Instant next_housekeeping_;
  Life life_;
};

}  // namespace lifeboat::replication
