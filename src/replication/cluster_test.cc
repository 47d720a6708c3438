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
    done(engine_.Write(batch));
  }));
}

Tables::Tables(std::string region, storage::MemoryEngine& engine, storage::Committer& committer,
               const Clock& clock, std::function<void()> log_moved)
    : region_(region),
      engine_(engine),
      committer_(committer),
      time_(clock),
      log_moved_(std::move(log_moved)),
      clock_(region) {
  const storage::ChangeLogReader reader(engine, kTable);
  last_ = durable_ = reader.GetBounds()->last;
  const auto it = engine.NewIterator(Space::kItems, "", "");
  const auto see = [&](const storage::Version& version) {
    clock_.Observe(version);
    greatest_durable_ = std::max(greatest_durable_, version);
  };
  for (it->Seek(""); it->Valid(); it->Next()) see(storage::DecodeStoredItem(it->value())->version);
  const auto records = reader.Read(0, SIZE_MAX, SIZE_MAX);
  for (const auto& record : *records) {
    see(record.version);
    last_commit_ = record.committed_at;
  }
  // Like dynamodb, the clock is stored with what is applied, since tombstones may be gone.
  const auto clock_bytes = engine.Get(Space::kMeta, "clock");
  if (*clock_bytes) {
    ByteReader bytes(**clock_bytes);
    see(storage::ReadVersion(bytes));
  }
  const auto last = engine.Get(Space::kMeta, "last");
  if (*last) last_ = durable_ = ByteReader(**last).U64();
}

std::optional<storage::StoredItem> Tables::Stored(const std::string& key) const {
  const auto it = under_way_.find(key);
  if (it != under_way_.end()) return it->second.first;
  const auto bytes = engine_.Get(Space::kItems, key);
  if (!*bytes) return std::nullopt;
  return *storage::DecodeStoredItem(**bytes);
}

void Tables::Put(storage::WriteBatch& batch, const std::string& key, storage::StoredItem item,
                 storage::Cause cause) {
  clock_.Observe(item.version);
  storage::ChangeRecord record;
  record.table = kTable;
  record.sequence = ++last_;
  record.version = item.version;
  last_commit_ = record.committed_at = std::max(last_commit_, time_.WallNow());
  record.cause = cause;
  record.key = key;
  if (const auto old = Stored(key); old && !old->tombstone) record.old_image = old->image;
  if (!item.tombstone) record.new_image = item.image;
  batch.Put(Space::kItems, key, storage::EncodeStoredItem(item));
  batch.Put(Space::kLog, storage::LogKey(kTable, record.sequence), EncodeChangeRecord(record));
  std::string clock, last;
  AppendVersion(clock, clock_.Current());
  AppendU64(last, last_);
  batch.Put(Space::kMeta, "clock", clock);
  batch.Put(Space::kMeta, "last", last);
  ordered_.push_back({record.sequence, item.version});
  auto& [latest, count] = under_way_[key];
  latest = std::move(item);
  ++count;
}

void Tables::Commit(storage::WriteBatch batch, uint64_t records, std::function<void(Status)> done) {
  std::vector<std::string> keys;
  for (const auto& op : batch.ops()) {
    if (op.space == Space::kItems) keys.push_back(op.key);
  }
  committer_.Commit(std::move(batch),
                    [this, records, keys = std::move(keys), done = std::move(done)](Status status) {
                      for (const std::string& key : keys) {
                        const auto it = under_way_.find(key);
                        if (it != under_way_.end() && --it->second.second == 0)
                          under_way_.erase(it);
                      }
                      for (uint64_t i = 0; i < records; ++i) {
                        durable_ = ordered_.front().sequence;
                        greatest_durable_ = std::max(greatest_durable_, ordered_.front().version);
                        ordered_.pop_front();
                      }
                      if (records > 0) log_moved_();
                      done(std::move(status));
                    });
}

storage::Version Tables::Write(const std::string& key, std::optional<std::string> image,
                               std::function<void()> done) {
  const storage::Version version = clock_.Next(time_.WallNow() + skew);
  storage::WriteBatch batch;
  Put(batch, key, {version, !image, image.value_or("")}, storage::Cause::kClient);
  Commit(std::move(batch), 1, [done = std::move(done)](const Status&) { done(); });
  return version;
}

void Tables::ApplyRemote(storage::TableId, std::vector<Change> changes, storage::WriteBatch also,
                         std::function<void(Status)> done) {
  ++applied_batches;
  storage::WriteBatch batch;
  uint64_t records = 0;
  for (Change& change : changes) {
    const auto stored = Stored(change.key);
    if (!Wins(change.version, stored ? std::optional(stored->version) : std::nullopt)) continue;
    Put(batch, change.key, {change.version, change.tombstone, std::move(change.image)},
        storage::Cause::kReplicated);
    ++records;
  }
  batch.Append(std::move(also));
  Commit(std::move(batch), records, std::move(done));
}

void Tables::DropTombstones(storage::TableId, std::vector<Tombstone> tombstones,
                            storage::WriteBatch also, std::function<void(Status)> done) {
  storage::WriteBatch batch;
  for (const Tombstone& tombstone : tombstones) {
    const auto stored = Stored(tombstone.key);
    if (!stored || !stored->tombstone || stored->version != tombstone.version) continue;
    batch.Delete(Space::kItems, tombstone.key);
    auto& [latest, count] = under_way_[tombstone.key];
    latest = std::nullopt;
    ++count;
  }
  batch.Append(std::move(also));
  Commit(std::move(batch), 0, std::move(done));
}

LogSource::Head Tables::GetLogHead(storage::TableId) const {
  storage::VersionClock clock(region_);
  clock.Observe(greatest_durable_);
  return {durable_, clock.Current()};
}

void Region::Start() {
  ASSERT_FALSE(up());
  ++incarnation;
  committer = std::make_unique<LateCommitter>(cluster_.loop, *engine);
  tables = std::make_unique<Tables>(name_, *engine, *committer, cluster_.loop,
                                    [this] { replicator->OnLogMoved(kTable); });
  tables->skew = skew;
  options.region = name_;
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
      options, {*engine, *committer, cluster_.loop, cluster_.loop, cluster_.prng, *tables, *tables,
                *this, links, on_message, [this](storage::TableId) { ++caught_up; }});
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
  faults.Inject({from + to + std::string(ToString(kind)), kind, from, to, lag, std::nullopt});
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
