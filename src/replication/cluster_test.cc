#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {

using storage::Space;

void Loop::RunFor(Duration time) {
  const Instant end = now_ + time;
  while (!tasks_.empty() && tasks_.top().due <= end) {
    now_ = std::max(now_, tasks_.top().due);
    const auto run = std::move(const_cast<Task&>(tasks_.top()).run);
    tasks_.pop();
    run();
  }
  now_ = end;
}

void LateCommitter::Commit(storage::WriteBatch batch, std::function<void(Status)> done) {
  loop_.After(delay, life_.Guard([this, batch = std::move(batch), done = std::move(done)] {
    ++commits;
    done(engine_.Write(batch));
  }));
}

void Region::Start() {
  ASSERT_FALSE(up());
  ++incarnation;
  const uint64_t generation = cluster_.prng.Next();
  committer = std::make_unique<LateCommitter>(cluster_.loop, *engine);
  clock.emplace(cluster_.loop);
  clock->skew = skew;
  tables = std::make_unique<PlainTables>(
      PlainTables::Options{name_, kTable, Wins, options.tunables.trim_step, generation, {}},
      *engine, *committer, *clock, [this] { replicator->OnLogMoved(kTable); });
  options.region = name_;
  options.generation = generation;
  const auto links = [this](std::string_view from, std::string_view to) {
    return cluster_.faults.Get(from, to);
  };
  const auto on_message = [this](std::string_view from, const json::Value& message,
                                 std::function<void(Status)> done) {
    messages.push_back(std::string(from) + ":" + message.as_string());
    cluster_.loop.After(Duration::Millis(1), [this, incarnation = incarnation, done] {
      if (incarnation == this->incarnation && up()) done({});
    });
  };
  auto made = Replicator::Open(
      options, {*engine, *committer, *clock, cluster_.loop, cluster_.prng, *tables, *tables, *this,
                links, on_message, [this](storage::TableId) { ++caught_up; },
                [this](std::string_view region, storage::WriteBatch&) {
                  reintroduced.emplace_back(region);
                }});
  ASSERT_TRUE(made.ok());
  replicator = *std::move(made);
  if (group_) replicator->SetGroup(*group_);
}

void Region::Kill() {
  replicator.reset();
  tables.reset();
  committer.reset();
  engine->Crash();
}

void Region::SetGroup(GroupConfig config) {
  group_ = std::move(config);
  if (up()) replicator->SetGroup(*group_);
}

void Region::CallPeer(std::string_view to, http::Request request, Duration timeout,
                      std::function<void(Result<http::Response>)> done) {
  ++cluster_.calls;
  // The first of answer and time-out counts.
  auto once = std::make_shared<std::function<void(Result<http::Response>)>>(std::move(done));
  const auto finish = [once](Result<http::Response> response) {
    if (const auto run = std::exchange(*once, nullptr)) run(std::move(response));
  };
  const auto lost = [this] { return cluster_.prng.Below(100) < cluster_.loss_percent; };
  cluster_.loop.After(timeout, [finish] {
    finish(Error{ErrorCode::kUnknownOutcome, "no answer in time"});
  });
  Region& peer = cluster_[std::string(to)];
  if (lost()) return;
  cluster_.loop.After(cluster_.latency, [this, &peer, finish, lost, request = std::move(request)] {
    if (!peer.up()) return finish(Error{ErrorCode::kUnavailable, "connection refused"});
    peer.replicator->Handle(request, [this, finish, lost](http::Response response) {
      if (lost()) return;
      cluster_.loop.After(cluster_.latency,
                          [finish, response = std::move(response)] { finish(response); });
    });
  });
}

std::map<std::string, std::string> Region::Items() const {
  std::map<std::string, std::string> items;
  const auto it = engine->NewIterator(Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) {
    const auto item = storage::DecodeStoredItem(it->value());
    if (!item->tombstone) items[storage::DecodeItemKey(it->key())->partition] = item->image;
  }
  return items;
}

std::map<std::string, std::string> Region::Raw() const {
  std::map<std::string, std::string> items;
  const auto it = engine->NewIterator(Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) {
    if (!storage::DecodeStoredItem(it->value())->tombstone) {
      items[std::string(it->key())] = it->value();
    }
  }
  return items;
}

size_t Region::CountTombstones() const {
  size_t count = 0;
  const auto it = engine->NewIterator(Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) {
    count += storage::DecodeStoredItem(it->value())->tombstone;
  }
  return count;
}

Cluster::Cluster(int regions, uint64_t seed) : prng(seed) {
  for (int i = 0; i < regions; ++i) {
    names_.push_back(std::string(1, static_cast<char>('a' + i)));
    regions_[names_.back()] = std::make_unique<Region>(*this, names_.back());
  }
  for (const std::string& name : names_) regions_[name]->Start();
}

void Cluster::FormGroup(const std::vector<std::string>& members) {
  for (const std::string& name : members)
    regions_[name]->SetGroup({kTable, "t", members, false, ""});
}

void Cluster::Inject(fault::Kind kind, const std::string& from, const std::string& to,
                     Duration lag) {
  faults.Inject(fault::OnOneLink(from + to + std::string(ToString(kind)), kind, from, to, lag));
  for (auto& [name, region] : regions_) {
    if (region->up()) region->replicator->OnLinksChanged();
  }
}

void Cluster::ClearFaults() {
  faults.ClearAll();
  for (auto& [name, region] : regions_) {
    if (region->up()) region->replicator->OnLinksChanged();
  }
}

bool Cluster::Equal() const {
  const auto first = regions_.begin()->second->Raw();
  return std::all_of(regions_.begin(), regions_.end(),
                     [&](const auto& each) { return each.second->Raw() == first; });
}

}  // namespace lifeboat::replication::testing
