#include "replication/plain_tables.h"

#include "base/check.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

/// Where the table's state stands in Space::kMeta: clock, last sequence, last commit time.
constexpr std::string_view kStateKey = "plain-tables/state";

}  // namespace

PlainTables::PlainTables(Options options, const storage::Engine& engine,
                         storage::Committer& committer, const Clock& clock,
                         std::function<void()> log_moved)
    : options_(std::move(options)),
      engine_(engine),
      committer_(committer),
      clock_(clock),
      log_moved_(std::move(log_moved)),
      versions_(options_.region) {
  Load();
}

void PlainTables::Load() {
  auto generations = storage::LoadGenerations(engine_, options_.table);
  Check(generations.ok(), "the generations are what we have written");
  generations_ = *std::move(generations);
  const auto state = engine_.Get(Space::kMeta, kStateKey);
  if (!state.ok() || !*state) return;
  ByteReader reader(**state);
  frontier_ = storage::ReadVersion(reader);
  last_ = durable_ = reader.U64();
  last_commit_.ns = static_cast<int64_t>(reader.U64());
  Check(reader.done(), "the state is what we have written");
  versions_.Observe(frontier_);
}

std::optional<storage::StoredItem> PlainTables::Stored(const std::string& key) const {
  const auto it = latest_.find(key);
  if (it != latest_.end()) return it->second.item;
  const auto bytes = engine_.Get(Space::kItems, key);
  if (!bytes.ok() || !*bytes) return std::nullopt;
  auto item = storage::DecodeStoredItem(**bytes);
  Check(item.ok(), "the item is what we have written");
  return *std::move(item);
}

void PlainTables::SetLatest(const std::string& key, std::optional<storage::StoredItem> item) {
  Latest& latest = latest_[key];
  latest.item = std::move(item);
  ++latest.batches;
}

void PlainTables::Put(storage::WriteBatch& batch, const std::string& key, storage::StoredItem item,
                      std::optional<storage::StoredItem> old, storage::Cause cause) {
  versions_.Observe(item.version);
  last_commit_ = std::max(last_commit_, clock_.WallNow());
  storage::ChangeRecord record;
  record.table = options_.table;
  record.sequence = ++last_;
  if (generations_.back().generation != options_.generation) {
    Begin(generations_, {options_.generation, record.sequence});
    PutGeneration(batch, options_.table, generations_.back());
  }
  record.version = item.version;
  record.committed_at = last_commit_;
  record.cause = cause;
  record.key = key;
  if (old && !old->tombstone) record.old_image = std::move(old->image);
  if (!item.tombstone) record.new_image = item.image;
  batch.Put(Space::kItems, key, storage::EncodeStoredItem(item));
  batch.Put(Space::kLog, storage::LogKey(options_.table, record.sequence),
            EncodeChangeRecord(record));
  SetLatest(key, std::move(item));
}

void PlainTables::Commit(storage::WriteBatch batch, uint64_t records,
                         std::function<void(Status)> done) {
  std::vector<std::string> keys;
  for (const auto& op : batch.ops()) {
    const bool one = op.kind != storage::WriteBatch::Kind::kDeleteRange;
    if (op.space == Space::kItems && one) keys.push_back(op.key);
  }
  std::string state;
  // What was observed is in it, too: no later write is below it, also after a restart. So it is the
  // frontier when the batch is durable, even of a replica that has never been written to.
  const storage::Version frontier = versions_.Current();
  AppendVersion(state, frontier);
  AppendU64(state, last_);
  AppendU64(state, static_cast<uint64_t>(last_commit_.ns));
  batch.Put(Space::kMeta, std::string(kStateKey), std::move(state));
  committer_.Commit(std::move(batch), [this, records, frontier, keys = std::move(keys),
                                       done = std::move(done)](Status status) {
    for (const std::string& key : keys) {
      const auto it = latest_.find(key);
      if (--it->second.batches == 0) latest_.erase(it);
    }
    durable_ += records;
    frontier_ = frontier;
    if (records > 0) log_moved_();
    done(std::move(status));
  });
}

storage::Version PlainTables::Write(const std::string& key, std::optional<std::string> image,
                                    std::function<void(Status)> done) {
  const storage::Version version = versions_.Next(clock_.WallNow());
  storage::WriteBatch batch;
  const bool tombstone = !image;
  Put(batch, key, {version, tombstone, std::move(image).value_or("")}, Stored(key),
      storage::Cause::kClient);
  Commit(std::move(batch), 1, std::move(done));
  return version;
}

void PlainTables::ApplyRemote(storage::TableId, std::vector<Change> changes,
                              storage::WriteBatch also, std::function<void(Status)> done) {
  storage::WriteBatch batch;
  uint64_t records = 0;
  for (Change& change : changes) {
    auto stored = Stored(change.key);
    const auto stored_version = stored ? std::optional(stored->version) : std::nullopt;
    if (!options_.wins(change.version, stored_version)) continue;
    Put(batch, change.key, {change.version, change.tombstone, std::move(change.image)},
        std::move(stored), storage::Cause::kReplicated);
    ++records;
  }
  batch.Append(std::move(also));
  Commit(std::move(batch), records, std::move(done));
}

// Commits are durable in their order, so an empty one comes after all that are under way.
void PlainTables::Close(storage::TableId, std::function<void()> idle) {
  closed_ = true;
  committer_.Commit({}, [idle = std::move(idle)](const Status&) { idle(); });
}

void PlainTables::Empty(storage::TableId table, storage::WriteBatch also,
                        std::function<void(Status)> done) {
  Check(closed_ && latest_.empty(), "nothing is under way");
  const std::string items = storage::ItemPrefix(table);
  storage::WriteBatch batch;
  batch.DeleteRange(Space::kItems, items, storage::PrefixEnd(items));
  storage::TrimLog(batch, table, last_ + 1);
  storage::DropGenerations(batch, table);
  generations_ = {{0, 1}};
  trimmed_below_ = last_ + 1;
  batch.Append(std::move(also));
  Commit(std::move(batch), 0, std::move(done));
}

void PlainTables::ApplySalvage(storage::TableId, std::vector<Change> changes,
                               storage::WriteBatch also,
                               std::function<void(Status, std::vector<std::string>)> done) {
  storage::WriteBatch batch;
  std::vector<std::string> lost;
  uint64_t records = 0;
  for (Change& change : changes) {
    auto stored = Stored(change.key);
    if (stored && !options_.wins(change.version, stored->version)) {
      lost.push_back(std::move(change.key));
      continue;
    }
    storage::Version version = change.version;
    if (!stored) version = versions_.Next(clock_.WallNow());
    if (!stored && options_.on_salvaged) options_.on_salvaged(change, version);
    Put(batch, change.key, {std::move(version), change.tombstone, std::move(change.image)},
        std::move(stored), storage::Cause::kClient);
    ++records;
  }
  batch.Append(std::move(also));
  Commit(std::move(batch), records,
         [done = std::move(done), lost = std::move(lost)](Status status) {
           done(std::move(status), lost);
         });
}

void PlainTables::DropTombstones(storage::TableId, std::vector<Tombstone> tombstones,
                                 storage::WriteBatch also, std::function<void(Status)> done) {
  storage::WriteBatch batch;
  for (const Tombstone& tombstone : tombstones) {
    const auto stored = Stored(tombstone.key);
    if (!stored || !stored->tombstone || stored->version != tombstone.version) continue;
    batch.Delete(Space::kItems, tombstone.key);
    SetLatest(tombstone.key, std::nullopt);
  }
  batch.Append(std::move(also));
  Commit(std::move(batch), 0, std::move(done));
}

void PlainTables::SetReplicationBound(storage::TableId table, uint64_t first_needed) {
  first_needed = std::min(first_needed, oldest_needed_);
  if (first_needed < trimmed_below_ + options_.trim_step) return;
  trimmed_below_ = first_needed;
  storage::WriteBatch batch;
  storage::TrimLog(batch, table, first_needed);
  committer_.Commit(std::move(batch), [](const Status&) {});
}

LogSource::Head PlainTables::GetLogHead(storage::TableId) const { return {durable_, frontier_}; }

}  // namespace lifeboat::replication
