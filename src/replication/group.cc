#include "replication/group.h"

#include "base/log.h"
#include "replication/limits.h"
#include "replication/log_use.h"

namespace lifeboat::replication {

Group::Group(std::string self, storage::TableId table, Dependencies dependencies)
    : self_(std::move(self)),
      table_(table),
      d_(std::move(dependencies)),
      log_(LoadTableLog(d_.engine, table, d_.region_log)),
      refill_(self_, table, {d_.engine, d_.committer, d_.applier, d_.draw_log, d_.refill_rules}) {
  collector_ = std::make_unique<Collector>(table, d_.engine, d_.applier, d_.tombstone_rule,
                                           d_.tunables.trim_step);
}

std::vector<std::string> Group::Peers() const {
  std::vector<std::string> peers = config_.members;
  // Without a replica of our own there is nobody to pull for.
  if (std::erase(peers, self_) == 0) peers.clear();
  return peers;
}

void Group::Set(GroupConfig config) {
  const bool first = config_.members.empty();
  config_ = std::move(config);
  told_caught_up_ &= config_.joining;
  const std::vector<std::string> peers = Peers();
  if (peers.empty() && !emptying_) refill_.Abandon();
  if (first && refill_.phase() != Refill::Phase::kNone) CloseTable();
  d_.sender.SetPeers(table_, peers);

  std::vector<std::string> gone;
  for (const auto& [peer, receiver] : receivers_) {
    if (std::find(peers.begin(), peers.end(), peer) == peers.end()) gone.push_back(peer);
  }
  for (const std::string& peer : gone) RetireReceiver(peer);
  if (retired_.empty()) ForgetFormerMembers();
  if (refill_.phase() != Refill::Phase::kEmptying) {
    for (const std::string& peer : peers) {
      if (!receivers_.contains(peer)) AddReceiver(peer);
    }
  }
  Advance();
}

void Group::AddReceiver(const std::string& peer) {
  ReceiverEvents events;
  events.on_progress = [this] { Advance(); };
  events.on_heard = [this, peer](const Page& page) { return OnHeard(peer, page); };
  events.may_take_snapshot = [this] { return !ready() || checked(); };
  events.on_peer_applied = [this, peer](storage::LogId log, const std::vector<Applied>& applied) {
    // A late answer of a log that the peer has no more says nothing of what it has.
    const auto named = peer_logs_.find(peer);
    if (named == peer_logs_.end() || named->second != log) return;
    Frontiers& frontiers = peers_applied_[peer];
    for (const Applied& each : applied) frontiers[each.member] = each.frontier;
  };
  events.on_snapshot_end = [this, peer](storage::WriteBatch& batch,
                                        const std::vector<Applied>& source_applied) {
    if (peer == config_.source && IsSource(peer)) TakeOverPositions(batch, source_applied);
  };
  receivers_[peer] = std::make_unique<Receiver>(
      self_, peer, table_,
      Receiver::Dependencies{d_.applier, d_.caller, d_.clock, d_.scheduler, d_.links},
      std::move(events));
  receivers_[peer]->SetOwnLog(log_);
}

void Group::RetireReceiver(const std::string& peer) {
  const auto it = receivers_.find(peer);
  Receiver* const receiver = it->second.get();
  retired_.push_back(std::move(it->second));
  receivers_.erase(it);
  peers_applied_.erase(peer);
  heard_.erase(peer);
  // Its last commit would write its progress again, so that is forgotten only afterwards.
  receiver->Stop(life_.Guard([this, receiver] {
    d_.scheduler.After({}, life_.Guard([this, receiver] {
      std::erase_if(retired_, [&](const auto& each) { return each.get() == receiver; });
      if (retired_.empty()) ForgetFormerMembers();
      Advance();
    }));
  }));
}

void Group::ForgetFormerMembers() {
  storage::WriteBatch batch;
  if (Status s = ForgetOthers(d_.engine, table_, config_.members, batch); !s.ok()) {
    return log::Error("replication progress cannot be read: {}", s.error().message);
  }
  if (batch.empty()) return;
  d_.committer.Commit(std::move(batch), [](const Status& status) {
    if (!status.ok()) log::Error("former members are remembered: {}", status.error().message);
  });
}

bool Group::IsSource(const std::string& peer) const {
  return !ready() && (FromAll() || config_.source == peer);
}

Group::Phase Group::GetPhase() const {
  bool any_source = false, filled = true, begun = false, known = true;
  for (const auto& [peer, receiver] : receivers_) {
    const bool source = IsSource(peer);
    const Progress& progress = receiver->durable();
    any_source |= source;
    filled &= !source || (progress.position != storage::LogPosition() && !progress.in_snapshot);
    begun |= source && receiver->started();
    known &= receiver->knows_us() || (source && !FromAll());
  }
  if (!any_source || filled) return Phase::kPullAll;
  return begun || known ? Phase::kPullSource : Phase::kKnock;
}

std::optional<Progress> Group::Load(const std::string& peer) const {
  auto stored = LoadProgress(d_.engine, table_, peer);
  if (stored.ok()) return *std::move(stored);
  // Beginning anew is safe: applying a change again does nothing.
  log::Error("progress from {} is lost: {}", peer, stored.error().message);
  return std::nullopt;
}

void Group::Advance() {
  if (!retired_.empty()) return;
  if (refill_.phase() == Refill::Phase::kEmptying) return EmptyTable();
  const Phase phase = GetPhase();
  for (const auto& [peer, receiver] : receivers_) {
    if (receiver->started()) continue;
    const bool source = IsSource(peer);
    if (phase == Phase::kKnock) {
      if (!source || FromAll()) receiver->Knock();
    } else if (phase == Phase::kPullAll || source) {
      receiver->Start(Load(peer), source);
    }
  }
  FinishIfFull();
}

bool Group::IsFull() const {
  bool any = false;
  for (const auto& [peer, receiver] : receivers_) {
    const bool full = receiver->caught_up() && !receiver->in_snapshot();
    if (!full && !receiver->peer_not_ready()) return false;
    any |= full;
  }
  return any;
}

void Group::FinishIfFull() {
  if (ready() || told_caught_up_ || finishing_ || !IsFull()) return;
  if (refill_.phase() == Refill::Phase::kFilling) {
    finishing_ = true;
    return refill_.Finish([this] {
      finishing_ = closed_ = false;
      d_.applier.Reopen(table_);
      d_.sender.OnStateChanged(table_);
      FinishIfFull();
    });
  }
  told_caught_up_ = true;
  log::Info("table {}: this replica has everything", config_.table_name);
  d_.on_caught_up(table_);
}

bool Group::checked() const {
  return std::all_of(receivers_.begin(), receivers_.end(),
                     [this](const auto& each) { return heard_.contains(each.first); });
}

ReplicaState Group::GetState(std::string_view peer) const {
  ReplicaState state{log_, ready(), checked(), {}, GetApplied()};
  const auto receiver = receivers_.find(std::string(peer));
  if (receiver != receivers_.end()) state.known = receiver->second->durable().GetKnown();
  return state;
}

void Group::OnAsked(std::string_view peer, storage::LogId log) {
  storage::LogId& named = peer_logs_[std::string(peer)];
  if (std::exchange(named, log) == log) return;
  peers_applied_.erase(std::string(peer));
  d_.sender.ForgetAcknowledged(table_, peer);
}

bool Group::OnHeard(const std::string& peer, const Page& page) {
  // What a peer has seen of our writes stays below all that we write from now on. Only a member
  // that was rolled back is behind it; to others nothing must happen, or clocks would drive each
  // other on for ever.
  const storage::Version frontier = d_.log.GetLogHead(table_).frontier;
  for (const Applied& each : page.applied) {
    if (each.member == self_ && each.frontier > frontier) d_.applier.Observe(each.frontier);
  }
  heard_.insert(peer);
  if (!ready() || page.known.log != log_) return true;
  const storage::LogHistory ours{d_.log.GetGenerations(table_),
                                 d_.log.GetLogHead(table_).durable_sequence};
  const storage::LogHistory& theirs = page.known.history;
  const auto common = d_.history_rule(ours, theirs);
  if (theirs.head <= ours.head && common == theirs.head) return true;
  // If each lacks what the other one knows, the one that started last is refilled.
  const auto ourselves = std::pair(d_.sender.started(), std::string_view(self_));
  const auto other = std::pair(page.started, std::string_view(peer));
  if (page.answer == Answer::kDiverged && ourselves < other) return true;
  BeginRefill(peer, common, page.applied);
  return false;
}

void Group::BeginRefill(const std::string& peer, std::optional<uint64_t> last_common,
                        const std::vector<Applied>& applied) {
  const uint64_t head = d_.log.GetLogHead(table_).durable_sequence;
  log::Warn(
      "table {}: the disk was rolled back: {} knows of records that were here and aren't any "
      "more; common is {} of {}; the replica is refilled from its peers",
      config_.table_name, peer, last_common ? std::to_string(*last_common) : "nothing known", head);
  storage::Version frontier;
  for (const Applied& each : applied) {
    if (each.member == self_) frontier = each.frontier;
  }
  refill_.Begin(last_common.value_or(head), std::move(frontier));
  CloseTable();
  d_.sender.OnStateChanged(table_);
  std::vector<std::string> peers;
  for (const auto& [name, receiver] : receivers_) peers.push_back(name);
  for (const std::string& name : peers) RetireReceiver(name);
}

void Group::CloseTable() {
  d_.applier.Close(table_, life_.Guard([this] {
    closed_ = true;
    Advance();
  }));
}

void Group::EmptyTable() {
  if (!closed_ || std::exchange(emptying_, true)) return;
  refill_.EmptyTable([this](storage::LogId log) {
    emptying_ = false;
    log_ = log;
    peers_applied_.clear();
    heard_.clear();
    collector_ = std::make_unique<Collector>(table_, d_.engine, d_.applier, d_.tombstone_rule,
                                             d_.tunables.trim_step);
    Set(config_);
  });
}

void Group::TakeOverPositions(storage::WriteBatch& batch,
                              const std::vector<Applied>& source) const {
  for (const Applied& each : source) {
    const auto receiver = receivers_.find(each.member);
    if (receiver == receivers_.end() || receiver->second->started()) continue;
    if (each.position == storage::LogPosition()) continue;
    Progress progress;
    progress.position = each.position;
    progress.told = {{each.generation}, each.position.sequence};
    progress.frontier = each.frontier;
    PutProgress(batch, table_, each.member, progress);
  }
}

std::vector<Applied> Group::GetApplied() const {
  std::vector<Applied> applied;
  for (const auto& [peer, receiver] : receivers_) {
    const Progress& progress = receiver->durable();
    Applied each{peer, {}, {}, progress.frontier};
    if (!progress.in_snapshot) {
      each.position = progress.position;
      const auto last = UpTo(progress.told.generations, progress.position.sequence, 1);
      if (!last.empty()) each.generation = last.front();
    }
    applied.push_back(std::move(each));
  }
  return applied;
}

std::map<std::string, Receiver::Metrics> Group::GetMetrics() const {
  std::map<std::string, Receiver::Metrics> metrics;
  for (const auto& [peer, receiver] : receivers_) metrics[peer] = receiver->GetMetrics();
  return metrics;
}

Knowledge Group::GetKnowledge() const {
  Knowledge knowledge{self_, config_.members, {}, peers_applied_};
  for (const auto& [peer, receiver] : receivers_) {
    knowledge.applied[peer] = receiver->durable().frontier;
  }
  return knowledge;
}

void Group::Housekeep() {
  Collect();
  BoundLog();
}

void Group::Collect() {
  if (receivers_.empty() || !ready()) return;
  for (const auto& [peer, receiver] : receivers_) {
    if (!receiver->started() || receiver->in_snapshot()) return;
  }
  collector_->Step(d_.log.GetLogHead(table_), GetKnowledge());
}

void Group::BoundLog() {
  if (receivers_.empty() || !ready()) return;
  LogUse use;
  use.head = d_.log.GetLogHead(table_).durable_sequence;
  use.collected = collector_->passed();
  for (const auto& [peer, receiver] : receivers_) {
    use.acknowledged.push_back(d_.sender.Acknowledged(table_, peer));
  }
  const auto bounds = storage::ChangeLogReader(d_.engine, table_).GetBounds();
  if (!bounds.ok() || bounds->last == 0) return;
  use.first = bounds->first;
  use.bytes_max = d_.tunables.log_bytes_max;
  // Until all have been heard we may have been rolled back, and what was written since would be
  // known from our log alone: it is not given up for a member that stays away.
  if (!checked()) use.bytes_max = UINT64_MAX;
  if ((bounds->last - bounds->first + 1) * kMaxRecordBytes > use.bytes_max) {
    const auto bytes = EstimateLogBytes(d_.engine, table_, *bounds);
    if (!bytes.ok()) return;
    use.bytes = *bytes;
  }
  if (const auto needed = FirstNeeded(use)) d_.log.SetReplicationBound(table_, *needed);
}

}  // namespace lifeboat::replication
