// Receiver: brings one peer's writes of one table here. It pulls the peer's log, or takes in a
// snapshot when the log does not continue, and hands pages on to be applied, one at a time and in
// order; the next page may be on its way meanwhile. Its progress is committed with the changes, so
// that a new Receiver goes on where the last one was killed.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/scheduler.h"
#include "replication/interfaces.h"
#include "replication/lag_meter.h"
#include "replication/life.h"
#include "replication/progress.h"
#include "replication/sender.h"

namespace lifeboat::replication {

/// What a Receiver tells the one who owns it. Calls come after the state has changed.
struct ReceiverEvents {
  /// A page has become durable here, or the peer had nothing new.
  std::function<void()> on_progress;
  /// Every answer of a member, before anything else is done with it. False: it is not to be used,
  /// and this receiver may be stopped.
  std::function<bool(const Page&)> on_heard;
  /// The vector of the peer's log, once what came with it is durable here.
  std::function<void(storage::LogId, const std::vector<Applied>&)> on_peer_applied;
  /// False: no snapshot may be taken yet.
  std::function<bool()> may_take_snapshot;
  /// The last page of a snapshot is about to be committed in `batch`.
  std::function<void(storage::WriteBatch& batch, const std::vector<Applied>& source_applied)>
      on_snapshot_end;
};

class Receiver {
 public:
  struct Dependencies {
    ChangeApplier& applier;
    PeerCaller& caller;
    const Clock& clock;
    Scheduler& scheduler;
    LinkFaults links;
  };
  Receiver(std::string self, std::string peer, storage::TableId table, Dependencies dependencies,
           ReceiverEvents events)
      : self_(std::move(self)),
        peer_(std::move(peer)),
        table_(table),
        d_(std::move(dependencies)),
        events_(std::move(events)) {}

  /// Asks, without taking anything, until the peer knows of our replica; then on_progress comes and
  /// knows_us() holds.
  void Knock();
  bool knows_us() const { return knows_us_; }
  /// The name of our own log, that the peer is told of.
  void SetOwnLog(storage::LogId log) { own_log_ = log; }
  /// Begins from what is stored; `snapshot_first`: a snapshot even when the log would do.
  void Start(std::optional<Progress> stored, bool snapshot_first);
  /// No further calls; `idle` when no commit is under way any more, maybe at once.
  void Stop(std::function<void()> idle);
  bool started() const { return started_; }

  const Progress& durable() const { return durable_; }
  /// True while changes of a snapshot may still arrive.
  bool in_snapshot() const {
    return durable_.in_snapshot || ahead_.in_snapshot || applying_snapshot_ ||
           (held_ && held_->of_snapshot);
  }
  /// True once everything up to a head that the peer has told is durable here.
  bool caught_up() const { return caught_up_; }
  /// True when the peer, at its last answer, was being filled itself and had nothing to give.
  bool peer_not_ready() const { return peer_not_ready_; }

  struct Metrics {
    LagMeter::Summary lag;
    uint64_t behind = 0;  ///< Records, at the last answer.
    uint64_t snapshots = 0;
    uint64_t failures = 0;
    bool reachable = false;  ///< The last call was answered.
  };
  Metrics GetMetrics() const;

 private:
  /// A page that was received, and our progress once it is applied.
  struct Step {
    std::vector<Change> changes;
    Progress after;
    bool at_head = false;
    bool of_snapshot = false;
    bool ends_snapshot = false;
    std::vector<Applied> source_applied;
    std::vector<Applied> peer_applied;  ///< The peer's vector.
  };

  void Pump();
  void Call();
  http::Request MakeRequest(Duration& wait);
  void OnResponse(Result<http::Response> response);
  void OnPage(Page page);
  void OnRefusal(const Page& page);
  /// The step that the page means, or what is wrong with it.
  Result<Step> FromLogPage(Page& page) const;
  Result<Step> FromSnapshotPage(Page& page) const;
  Status CheckChanges(const Page& page) const;
  void Apply(Step step);
  void OnApplied(const Step& step, const std::vector<WallTime>& commits, const Status& status);
  void BeginSnapshot();
  void Fail(std::string_view why);

  const std::string self_;
  const std::string peer_;
  const storage::TableId table_;
  Dependencies d_;
  ReceiverEvents events_;

  storage::LogId own_log_;
  Progress durable_;
  Progress ahead_;            ///< As if everything received were applied.
  std::optional<Step> held_;  ///< Received while another one is being applied.
  std::optional<Progress> applying_;
  bool applying_snapshot_ = false;
  bool started_ = false;
  bool knocking_ = false;
  bool knows_us_ = false;
  bool calling_ = false;
  bool backing_off_ = false;
  bool asked_ = false;  ///< Since the last start or failure; the first pull does not wait.
  bool caught_up_ = false;
  bool peer_not_ready_ = false;
  Instant earliest_empty_;  ///< An empty answer before this is a peer that would make us spin.
  uint64_t epoch_ = 0;      ///< Answers to calls of an earlier one are dropped.
  Duration backoff_;
  std::function<void()> on_idle_;
  LagMeter lag_;
  Metrics metrics_;
  Life life_;
};

}  // namespace lifeboat::replication
