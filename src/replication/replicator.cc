#include "replication/replicator.h"

#include <algorithm>

#include "replication/limits.h"

namespace lifeboat::replication {
namespace {

constexpr std::string_view kLogIdKey = "replication/log-id";

http::Response Bytes(std::string body) {
  http::Response response;
  response.headers.Add("Content-Type", "application/octet-stream");
  response.body = std::move(body);
  return response;
}

http::Response Refuse(int status, std::string why) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain");
  response.body = std::move(why);
  return response;
}

/// A body that we cannot read, against what we cannot do now.
http::Response Malformed(const Error& error) { return Refuse(400, error.message); }
http::Response NotNow(const Error& error) { return Refuse(503, error.message); }

/// The stored log id, or a new one that is stored before it is used.
Result<storage::LogId> LoadLogId(storage::Engine& engine, Prng& prng) {
  const auto stored = engine.Get(storage::Space::kMeta, kLogIdKey);
  if (!stored.ok()) return stored.error();
  if (*stored) {
    ByteReader reader(**stored);
    const storage::LogId log{reader.U64()};
    if (!reader.done() || log == storage::LogId()) {
      return Error{ErrorCode::kCorrupt, "the stored log id is malformed"};
    }
    return log;
  }
  const storage::LogId log{prng.Next() | 1};  // Never 0, which means none.
  std::string bytes;
  AppendU64(bytes, log.value);
  storage::WriteBatch batch;
  batch.Put(storage::Space::kMeta, std::string(kLogIdKey), std::move(bytes));
  if (Status status = engine.Write(batch); !status.ok()) return status.error();
  return log;
}

json::Value ToJson(const Replicator::PairMetrics& pair) {
  const LagMeter::Summary& lag = pair.metrics.lag;
  return json::Object{{"table", pair.table_name},
                      {"from", pair.from},
                      {"to", pair.to},
                      {"reachable", pair.metrics.reachable},
                      {"records_behind", pair.metrics.behind},
                      {"applied", lag.count},
                      {"lag_p50_us", lag.p50.ns / 1000},
                      {"lag_p99_us", lag.p99.ns / 1000},
                      {"lag_max_us", lag.max.ns / 1000},
                      {"snapshots", pair.metrics.snapshots},
                      {"failures", pair.metrics.failures}};
}

}  // namespace

Result<std::unique_ptr<Replicator>> Replicator::Open(Options options, Dependencies dependencies) {
  const auto log = LoadLogId(dependencies.engine, dependencies.prng);
  if (!log.ok()) return log.error();
  std::unique_ptr<Replicator> self(
      new Replicator(std::move(options), std::move(dependencies), *log));
  if (Status status = self->outbox_.Open(); !status.ok()) return status.error();
  self->outbox_.Flush();
  self->hello_.Start();
  self->Tick();
  return self;
}

Replicator::Replicator(Options options, Dependencies dependencies, storage::LogId log)
    : options_(std::move(options)),
      d_(std::move(dependencies)),
      log_(log),
      sender_(options_.region,
              {d_.engine, d_.log, d_.clock, d_.scheduler, d_.links,
               [this](storage::TableId table, std::string_view peer) {
                 const auto it = groups_.find(table);
                 return it == groups_.end() ? ReplicaState{log_} : it->second->GetState(peer);
               },
               [this](storage::TableId table, std::string_view peer, storage::LogId own) {
                 const auto it = groups_.find(table);
                 if (it != groups_.end()) it->second->OnAsked(peer, own);
               },
               options_.tunables.page_changes, options_.history_rule}),
      outbox_(options_.region, options_.generation, log,
              {d_.engine, d_.committer, d_.caller, d_.scheduler, d_.links}),
      inbox_(d_.engine, d_.committer, d_.on_message),
      hello_({options_.region, options_.regions, log, options_.generation, options_.commit},
             {d_.engine, d_.committer, d_.caller, d_.scheduler, d_.links, d_.reintroduce,
              [this] { outbox_.Flush(); }}) {}

Group& Replicator::GroupOf(storage::TableId table) {
  auto& group = groups_[table];
  if (!group) {
    group = std::make_unique<Group>(
        options_.region, table,
        Group::Dependencies{d_.engine, d_.committer, d_.applier, d_.caller, d_.log, d_.clock,
                            d_.scheduler, d_.links, sender_, options_.tombstone_rule,
                            options_.history_rule, options_.refill_rules, options_.tunables, log_,
                            [this] { return storage::LogId{d_.prng.Next() | 1}; },
                            d_.on_caught_up});
  }
  return *group;
}

void Replicator::SetGroup(GroupConfig config) { GroupOf(config.table).Set(std::move(config)); }

bool Replicator::HasHeardPeers() const {
  if (!hello_.heard_all()) return false;
  return std::all_of(groups_.begin(), groups_.end(), [](const auto& each) {
    const ReplicaState state = each.second->GetState("");
    return state.checked || !state.ready;  // What isn't ready is closed already.
  });
}

void Replicator::LookForPeers(Instant end, std::function<void()> done) {
  d_.scheduler.After(kStartLook, life_.Guard([this, end, done = std::move(done)]() mutable {
    if (HasHeardPeers() || d_.clock.Now() >= end) return done();
    LookForPeers(end, std::move(done));
  }));
}

void Replicator::AwaitPeers(Duration at_most, std::function<void()> done) {
  LookForPeers(d_.clock.Now() + at_most, std::move(done));
}

void Replicator::Tick() {
  const Instant now = d_.clock.Now();
  sender_.Tick();
  if (now >= next_housekeeping_) {
    next_housekeeping_ = now + kHousekeeping;
    Housekeep();
  }
  d_.scheduler.After(kTick, life_.Guard([this] { Tick(); }));
}

void Replicator::Housekeep() {
  for (auto it = groups_.begin(); it != groups_.end();) {
    it->second->Housekeep();
    it = it->second->idle_and_alone() ? groups_.erase(it) : std::next(it);
  }
}

void Replicator::Handle(const http::Request& request, http::Reply reply) {
  const std::string_view path = http::SplitTarget(request.target).path;
  if (path == "/_lifeboat/replication/metrics" && request.method == "GET") {
    http::Response response = Bytes(json::WritePretty(MetricsJson()) + "\n");
    response.headers.Set("Content-Type", "application/json");
    return reply(std::move(response));
  }
  if (request.method != "POST") return reply(Refuse(405, "POST it"));
  if (request.body.size() > kMaxBodyBytes) return reply(Refuse(413, "the body is too large"));
  if (path == "/_lifeboat/replication/pull") return HandlePull(request.body, std::move(reply));
  if (path == "/_lifeboat/replication/snapshot") return HandleSnapshot(request.body, reply);
  if (path == "/_lifeboat/replication/hello") return HandleHello(request.body, std::move(reply));
  if (path == "/_lifeboat/replication/messages") {
    return HandleMessages(request.body, std::move(reply));
  }
  reply(Refuse(404, "no such path"));
}

void Replicator::HandlePull(std::string_view body, http::Reply reply) {
  const auto request = DecodePullRequest(body);
  if (!request.ok()) return reply(Malformed(request.error()));
  if (d_.links(request->from, options_.region).cut) return reply(Refuse(503, "the link is cut"));
  sender_.Pull(*request, [reply = std::move(reply)](Result<Page> page) {
    reply(page.ok() ? Bytes(Encode(*page)) : NotNow(page.error()));
  });
}

void Replicator::HandleSnapshot(std::string_view body, const http::Reply& reply) {
  const auto request = DecodeSnapshotRequest(body);
  if (!request.ok()) return reply(Malformed(request.error()));
  if (d_.links(request->from, options_.region).cut) return reply(Refuse(503, "the link is cut"));
  const auto page = sender_.Snapshot(*request);
  reply(page.ok() ? Bytes(Encode(*page)) : NotNow(page.error()));
}

void Replicator::HandleHello(std::string_view body, http::Reply reply) {
  const auto greeting = DecodeGreeting(body);
  if (!greeting.ok()) return reply(Malformed(greeting.error()));
  const std::string from = greeting->from;
  const auto cut = [this, from] {
    return d_.links(from, options_.region).cut || d_.links(options_.region, from).cut;
  };
  if (cut()) return reply(Refuse(503, "the link is cut"));
  hello_.Receive(*greeting, life_.Guard([cut, reply = std::move(reply)](Result<Witness> witness) {
    if (cut()) return reply(Refuse(503, "the link is cut"));
    reply(witness.ok() ? Bytes(Encode(*witness)) : NotNow(witness.error()));
  }));
}

void Replicator::HandleMessages(std::string_view body, http::Reply reply) {
  auto post = DecodeMessagePost(body);
  if (!post.ok()) return reply(Malformed(post.error()));
  const std::string from = post->from;
  if (d_.links(from, options_.region).cut) return reply(Refuse(503, "the link is cut"));
  inbox_.Receive(
      *std::move(post),
      life_.Guard([this, from, reply = std::move(reply)](Result<MessageReceipt> receipt) {
        if (d_.links(options_.region, from).cut) {
          return reply(Refuse(503, "the link is cut"));
        }
        reply(receipt.ok() ? Bytes(Encode(*receipt)) : NotNow(receipt.error()));
      }));
}

std::vector<Replicator::PairMetrics> Replicator::GetMetrics() const {
  std::vector<PairMetrics> out;
  for (const auto& [table, group] : groups_) {
    for (auto& [peer, metrics] : group->GetMetrics()) {
      out.push_back({table, group->config().table_name, peer, options_.region, metrics});
    }
  }
  return out;
}

bool Replicator::IsWhole(storage::TableId table) const {
  const auto it = groups_.find(table);
  if (it == groups_.end()) return false;
  const ReplicaState state = it->second->GetState("");
  return state.ready && state.checked;
}

uint64_t Replicator::CountRefills() const {
  uint64_t count = 0;
  for (const auto& [table, group] : groups_) count += group->refill().summary().refills;
  return count;
}

json::Value Replicator::MetricsJson() const {
  json::Array pairs, refills;
  for (const PairMetrics& pair : GetMetrics()) pairs.push_back(ToJson(pair));
  for (const auto& [table, group] : groups_) {
    const Refill& refill = group->refill();
    const Refill::Summary& summary = refill.summary();
    const bool under_way = refill.phase() != Refill::Phase::kNone;
    if (!under_way && summary.refills == 0) continue;
    json::Array lost;
    for (const std::string& key : summary.lost) lost.push_back(HexEncode(key));
    refills.push_back(json::Object{{"table", group->config().table_name},
                                   {"under_way", under_way},
                                   {"applied", summary.applied},
                                   {"lost", summary.lost_count},
                                   {"lost_keys", std::move(lost)}});
  }
  return json::Object{{"pairs", std::move(pairs)}, {"refills", std::move(refills)}};
}

}  // namespace lifeboat::replication
