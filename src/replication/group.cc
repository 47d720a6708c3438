#include "replication/group.h"

#include "base/log.h"
#include "replication/limits.h"
#include "replication/log_use.h"

namespace lifeboat::replication {

Group::Group(std::string self, storage::TableId table, Dependencies dependencies)
    : self_(std::move(self)),
      table_(table),
      d_(std::move(dependencies)),
      collector_(table, d_.engine, d_.applier, d_.tombstone_rule, d_.tunables.trim_step) {}

void Group::Set(GroupConfig config) {
  config_ = std::move(config);
  told_caught_up_ &= config_.joining;
  std::vector<std::string> peers = config_.members;
  // Without a replica of our own there is nobody to pull for.
  if (std::erase(peers, self_) == 0) peers.clear();
  d_.sender.SetPeers(table_, peers);

  std::vector<std::string> gone;
  for (const auto& [peer, receiver] : receivers_) {
    if (std::find(peers.begin(), peers.end(), peer) == peers.end()) gone.push_back(peer);
  }
  for (const std::string& peer : gone) RetireReceiver(peer);
  if (retired_.empty()) ForgetFormerMembers();
  for (const std::string& peer : peers) {
    if (!receivers_.contains(peer)) AddReceiver(peer);
  }
  Advance();
}

void Group::AddReceiver(const std::string& peer) {
  ReceiverEvents events;
  events.on_progress = [this] { Advance(); };
  events.on_new_log = [this, peer] { peers_applied_.erase(peer); };
  events.on_peer_applied = [this, peer](const std::vector<Applied>& applied) {
    Frontiers& frontiers = peers_applied_[peer];
    for (const Applied& each : applied) frontiers[each.member] = each.frontier;
  };
  events.on_snapshot_end = [this, peer](storage::WriteBatch& batch,
                                        const std::vector<Applied>& source_applied) {
    if (config_.joining && peer == config_.source) TakeOverPositions(batch, source_applied);
  };
  receivers_[peer] = std::make_unique<Receiver>(
      self_, peer, table_,
      Receiver::Dependencies{d_.applier, d_.caller, d_.clock, d_.scheduler, d_.links},
      std::move(events));
}

void Group::RetireReceiver(const std::string& peer) {
  const auto it = receivers_.find(peer);
  Receiver* const receiver = it->second.get();
  retired_.push_back(std::move(it->second));
  receivers_.erase(it);
  peers_applied_.erase(peer);
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

Group::Phase Group::GetPhase() const {
  const auto source = receivers_.find(config_.source);
  if (!config_.joining || source == receivers_.end()) return Phase::kPullAll;
  const Progress& progress = source->second->durable();
  if (progress.in_snapshot) return Phase::kPullSource;
  if (progress.position != storage::LogPosition()) return Phase::kPullAll;
  for (const auto& [peer, receiver] : receivers_) {
    if (peer != config_.source && !receiver->knows_us()) return Phase::kKnock;
  }
  return Phase::kPullSource;
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
  const Phase phase = GetPhase();
  for (const auto& [peer, receiver] : receivers_) {
    const bool is_source = config_.joining && peer == config_.source;
    if (receiver->started() ||
        (phase != Phase::kPullAll && is_source != (phase == Phase::kPullSource))) {
      continue;
    }
    if (phase == Phase::kKnock) {
      receiver->Knock();
    } else {
      receiver->Start(Load(peer), is_source);
    }
  }
  if (!config_.joining || told_caught_up_ || receivers_.empty()) return;
  for (const auto& [peer, receiver] : receivers_) {
    if (!receiver->caught_up() || receiver->in_snapshot()) return;
  }
  told_caught_up_ = true;
  log::Info("table {}: this replica has everything", config_.table_name);
  d_.on_caught_up(table_);
}

void Group::TakeOverPositions(storage::WriteBatch& batch,
                              const std::vector<Applied>& source) const {
  for (const Applied& each : source) {
    const auto receiver = receivers_.find(each.member);
    if (receiver == receivers_.end() || receiver->second->started()) continue;
    if (each.position == storage::LogPosition()) continue;
    Progress progress;
    progress.position = each.position;
    progress.frontier = each.frontier;
    PutProgress(batch, table_, each.member, progress);
  }
}

std::vector<Applied> Group::GetApplied() const {
  std::vector<Applied> applied;
  for (const auto& [peer, receiver] : receivers_) {
    const Progress& progress = receiver->durable();
    applied.push_back({peer, progress.in_snapshot ? storage::LogPosition() : progress.position,
                       progress.frontier});
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
  if (receivers_.empty()) return;
  for (const auto& [peer, receiver] : receivers_) {
    if (!receiver->started() || receiver->in_snapshot()) return;
  }
  collector_.Step(d_.log.GetLogHead(table_), GetKnowledge());
}

void Group::BoundLog() {
  if (receivers_.empty()) return;
  LogUse use;
  use.head = d_.log.GetLogHead(table_).durable_sequence;
  use.collected = collector_.passed();
  for (const auto& [peer, receiver] : receivers_) {
    use.acknowledged.push_back(d_.sender.Acknowledged(table_, peer));
  }
  const auto bounds = storage::ChangeLogReader(d_.engine, table_).GetBounds();
  if (!bounds.ok() || bounds->last == 0) return;
  use.first = bounds->first;
  use.bytes_max = d_.tunables.log_bytes_max;
  if ((bounds->last - bounds->first + 1) * kMaxRecordBytes > use.bytes_max) {
    const auto bytes = EstimateLogBytes(d_.engine, table_, *bounds);
    if (!bytes.ok()) return;
    use.bytes = *bytes;
  }
  if (const auto needed = FirstNeeded(use)) d_.log.SetReplicationBound(table_, *needed);
}

}  // namespace lifeboat::replication
