#include "replication/receiver.h"

#include "base/log.h"
#include "replication/limits.h"

namespace lifeboat::replication {
namespace {

/// A position in no log: whoever knows us answers that we need a snapshot, and reads nothing.
constexpr storage::LogPosition kNowhere = {{UINT64_MAX}, 0};

Error Corrupt(const char* what) { return {ErrorCode::kCorrupt, what}; }

}  // namespace

void Receiver::Start(std::optional<Progress> stored, bool snapshot_first) {
  started_ = true;
  knocking_ = false;
  ++epoch_;  // The answer to a knock does not count any more.
  calling_ = false;
  if (stored) {
    durable_ = *std::move(stored);
    // What a snapshot has shown us holds for our own writes, also after a crash (section 5).
    d_.applier.Observe(durable_.frontier);
  }
  ahead_ = durable_;
  if (snapshot_first && durable_.position == storage::LogPosition() && !durable_.in_snapshot) {
    BeginSnapshot();
  }
  Pump();
}

void Receiver::Knock() {
  if (knows_us_ || std::exchange(knocking_, true)) return;
  Pump();
}

void Receiver::Stop(std::function<void()> idle) {
  started_ = knocking_ = false;
  held_.reset();
  ++epoch_;
  if (!applying_) return idle();
  on_idle_ = std::move(idle);
}

void Receiver::BeginSnapshot() {
  ahead_.BeginSnapshot();
  caught_up_ = false;
  ++metrics_.snapshots;
}

void Receiver::Pump() {
  if (!started_ && !knocking_) return;
  if (held_ && !applying_) {
    Step step = *std::move(held_);
    held_.reset();
    Apply(std::move(step));
  }
  if ((started_ || knocking_) && !calling_ && !backing_off_ && !held_) Call();
}

http::Request Receiver::MakeRequest(Duration& wait) {
  http::Request request;
  request.method = "POST";
  request.headers.Add("Content-Type", "application/octet-stream");
  if (ahead_.in_snapshot) {
    request.target = "/_lifeboat/replication/snapshot";
    request.body = Encode(SnapshotRequest{self_, table_, ahead_.position.log, ahead_.cursor});
    return request;
  }
  if (knocking_) {
    request.target = "/_lifeboat/replication/pull";
    request.body = Encode(PullRequest{self_, table_, own_log_, kNowhere, {}, 0, wait});
    return request;
  }
  wait = std::exchange(asked_, true) ? kPollWait : Duration();
  const bool same_log = durable_.position.log == ahead_.position.log;
  request.target = "/_lifeboat/replication/pull";
  request.body =
      Encode(PullRequest{self_, table_, own_log_, ahead_.position,
                         UpTo(ahead_.told.generations, ahead_.position.sequence, kMaxGenerations),
                         same_log ? durable_.position.sequence : 0, wait});
  return request;
}

void Receiver::Call() {
  if (d_.links(self_, peer_).cut) return Fail("the link is cut");
  calling_ = true;
  Duration wait;
  http::Request request = MakeRequest(wait);
  earliest_empty_ = d_.clock.Now() + std::min(wait, kBackoffFirst);
  d_.caller.CallPeer(peer_, std::move(request), wait + kCallSlack,
                     life_.Guard([this, epoch = epoch_](Result<http::Response> response) {
                       if (epoch == epoch_) OnResponse(std::move(response));
                     }));
}

void Receiver::OnResponse(Result<http::Response> response) {
  calling_ = false;
  if (d_.links(peer_, self_).cut) return Fail("the link is cut");
  if (!response.ok()) return Fail(response.error().message);
  if (response->status != 200) return Fail(fmt::format("HTTP status {}", response->status));
  auto page = DecodePage(response->body);
  if (!page.ok()) return Fail(page.error().message);
  metrics_.reachable = true;
  OnPage(*std::move(page));
}

void Receiver::OnPage(Page page) {
  const bool member = page.answer != Answer::kNotAMember;
  if (member && !events_.on_heard(page)) return;
  peer_not_ready_ = page.answer == Answer::kNotReady;
  if (knocking_ && member) {
    knocking_ = false;
    knows_us_ = true;
    backoff_ = {};
    return events_.on_progress();
  }
  if (page.answer != Answer::kChanges) return OnRefusal(page);
  auto step = ahead_.in_snapshot ? FromSnapshotPage(page) : FromLogPage(page);
  if (!step.ok()) return Fail(step.error().message);
  if (step->changes.empty() && step->after.position == ahead_.position &&
      d_.clock.Now() < earliest_empty_) {
    return Fail("it answers without waiting and has nothing");
  }
  step->peer_applied = std::move(page.applied);
  metrics_.behind = page.head - step->after.position.sequence;
  backoff_ = {};
  ahead_ = step->after;
  held_ = *std::move(step);
  Pump();
}

void Receiver::OnRefusal(const Page& page) {
  switch (page.answer) {
    case Answer::kNotAMember:
      return Fail("it does not know of our replica yet");
    case Answer::kHeldBack:
      return Fail("it holds changes back");
    case Answer::kDiverged:
      return Fail(
          fmt::format("it was rolled back behind what we know; common is {}", page.last_common));
    case Answer::kNotReady:
      Fail("it has nothing to give yet");
      return events_.on_progress();  // A replica that is being filled need not wait for it.
    case Answer::kSnapshotNeeded:
      if (!events_.may_take_snapshot()) {
        return Fail("a snapshot is needed, and not all members have been heard");
      }
      log::Info("table {:016x}: a snapshot of {} is needed", table_.value, peer_);
      BeginSnapshot();
      return Pump();
    case Answer::kChanges:
      return;
  }
}

Status Receiver::CheckChanges(const Page& page) const {
  const std::string prefix = storage::ItemPrefix(table_);
  for (const Change& change : page.changes) {
    if (!std::string_view(change.key).starts_with(prefix)) {
      return Corrupt("a change of another table");
    }
    if (change.version.is_zero()) return Corrupt("a change without a version");
    if (!ahead_.in_snapshot && change.version.region != peer_) {
      return Corrupt("a change of another region");
    }
  }
  return {};
}

Result<Receiver::Step> Receiver::FromLogPage(Page& page) const {
  if (Status status = CheckChanges(page); !status.ok()) return status.error();
  const bool first = ahead_.position == storage::LogPosition();
  if (!first && page.log != ahead_.position.log) return Corrupt("a page of another log");
  if (page.through < ahead_.position.sequence || page.head < page.through ||
      page.log == storage::LogId()) {
    return Corrupt("a page that goes backwards");
  }
  Step step;
  step.after = ahead_;
  step.after.position = {page.log, page.through};
  step.after.told = {std::move(page.generations), page.head};
  step.after.frontier = std::max(ahead_.frontier, page.frontier);
  step.at_head = page.through == page.head && !page.frontier.region.empty();
  step.changes = std::move(page.changes);
  return step;
}

Result<Receiver::Step> Receiver::FromSnapshotPage(Page& page) const {
  if (Status status = CheckChanges(page); !status.ok()) return status.error();
  Step step;
  step.of_snapshot = true;
  step.after = ahead_;
  if (ahead_.position.log == storage::LogId()) {
    if (page.log == storage::LogId()) return Corrupt("a snapshot of no log");
    step.after.position = {page.log, page.through};
    step.after.snapshot_frontier = page.frontier;
    step.after.source_applied = page.applied;
    // The frontier of a log that is lost says nothing about the new one.
    if (page.log != durable_.position.log) step.after.frontier = {};
  } else if (page.log != ahead_.position.log) {
    return Corrupt("a snapshot page of another log");
  }
  step.after.told = {std::move(page.generations), page.head};
  if (!page.done && page.cursor <= ahead_.cursor) return Corrupt("a snapshot that stands still");
  step.after.cursor = page.cursor;
  step.changes = std::move(page.changes);
  if (!page.done) return step;
  step.ends_snapshot = true;
  step.source_applied = std::move(step.after.source_applied);
  step.after.source_applied.clear();
  step.after.in_snapshot = false;
  step.after.cursor.clear();
  step.after.frontier = std::max(step.after.frontier, step.after.snapshot_frontier);
  step.after.snapshot_frontier = {};
  return step;
}

void Receiver::Apply(Step step) {
  applying_ = step.after;
  applying_snapshot_ = step.of_snapshot;
  const bool nothing_new =
      step.changes.empty() && !step.ends_snapshot && step.after.position == durable_.position &&
      step.after.told == durable_.told && step.after.frontier == durable_.frontier &&
      step.after.in_snapshot == durable_.in_snapshot;
  if (nothing_new) return OnApplied(step, {}, {});

  std::vector<WallTime> commits;
  if (!step.of_snapshot) {
    commits.reserve(step.changes.size());
    for (const Change& change : step.changes) commits.push_back(change.committed_at);
  }
  storage::WriteBatch also;
  PutProgress(also, table_, peer_, step.after);
  if (step.ends_snapshot) {
    d_.applier.Observe(step.after.frontier);
    for (const Applied& each : step.source_applied) d_.applier.Observe(each.frontier);
    events_.on_snapshot_end(also, step.source_applied);
  }
  std::vector<Change> changes = std::move(step.changes);
  d_.applier.ApplyRemote(table_, std::move(changes), std::move(also),
                         life_.Guard([this, step = std::move(step), commits = std::move(commits)](
                                         Status status) { OnApplied(step, commits, status); }));
}

void Receiver::OnApplied(const Step& step, const std::vector<WallTime>& commits,
                         const Status& status) {
  applying_.reset();
  applying_snapshot_ = false;
  if (status.ok()) {
    durable_ = step.after;
    caught_up_ |= step.at_head;
    events_.on_peer_applied(durable_.position.log, step.peer_applied);
    const WallTime now = d_.clock.WallNow();
    for (const WallTime committed_at : commits) lag_.Add(now - committed_at);
  }
  if (on_idle_) {
    const auto idle = std::exchange(on_idle_, nullptr);
    return idle();
  }
  if (!status.ok()) return Fail(status.error().message);
  events_.on_progress();
  Pump();
}

void Receiver::Fail(std::string_view why) {
  log::Debug("table {:016x}: pulling {}: {}", table_.value, peer_, why);
  ++metrics_.failures;
  metrics_.reachable = false;
  ++epoch_;
  calling_ = false;
  asked_ = false;
  held_.reset();
  const bool snapshot_wanted = ahead_.in_snapshot && ahead_.position == storage::LogPosition();
  ahead_ = applying_ ? *applying_ : durable_;
  if (snapshot_wanted) ahead_.BeginSnapshot();
  backoff_ = std::clamp(backoff_ * 2, kBackoffFirst, kBackoffMax);
  if (std::exchange(backing_off_, true)) return;
  d_.scheduler.After(backoff_, life_.Guard([this] {
    backing_off_ = false;
    Pump();
  }));
}

Receiver::Metrics Receiver::GetMetrics() const {
  Metrics metrics = metrics_;
  metrics.lag = lag_.Summarize();
  return metrics;
}

}  // namespace lifeboat::replication
