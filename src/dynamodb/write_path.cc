#include "dynamodb/write_path.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "dynamodb/errors.h"
#include "dynamodb/index.h"

namespace lifeboat::dynamodb {

using http::AwsResult;
using storage::Space;

namespace {

Result<std::optional<storage::StoredItem>> Decode(const std::optional<std::string>& bytes) {
  if (!bytes) return std::optional<storage::StoredItem>();
  auto stored = storage::DecodeStoredItem(*bytes);
  if (!stored) return stored.error();
  return std::optional(*std::move(stored));
}

}  // namespace

std::string CatalogKey(std::string_view name) { return "table:" + std::string(name); }

void WritePath::Submit(std::vector<std::string> keys, KeyQueue::Kind kind, Evaluate evaluate,
                       Done done) {
  if (failed_) return done(errors::InternalServerError());
  if (queue_.full()) return done(errors::ProvisionedThroughputExceeded());
  queue_.Enter(std::move(keys), kind,
               [this, evaluate = std::move(evaluate),
                done = std::move(done)](KeyQueue::Ticket ticket) mutable {
                 AwsResult<Evaluated> evaluated = errors::InternalServerError();
                 if (!failed_) evaluated = evaluate();
                 std::vector<Logged> logged;
                 storage::WriteBatch batch;
                 AwsResult<void> result;
                 if (!evaluated) {
                   result = evaluated.error();
                 } else if (IsRefused(*evaluated)) {
                   result = errors::InternalServerError();
                 } else if (Status ordered = Order(*evaluated, batch, logged); !ordered) {
                   log::Error("a write could not be ordered: {}", ordered.error().message);
                   result = errors::InternalServerError();
                 }
                 if (result && !batch.empty()) {
                   return Commit(std::move(batch), std::move(logged), std::move(done), ticket);
                 }
                 done(std::move(result));
                 queue_.Leave(ticket);
               });
}

Result<std::optional<storage::StoredItem>> WritePath::Read(const std::string& key) {
  if (const auto* known = cache_.Find(key)) return Decode(*known);
  auto bytes = d_.engine.Get(Space::kItems, key);
  if (!bytes) return bytes.error();
  auto stored = Decode(*bytes);
  if (!queue_.Holds(key) && cache_.Wants(key)) Remember(key, *std::move(bytes));
  return stored;
}

bool WritePath::IsRefused(const Evaluated& evaluated) const {
  if (evaluated.refills) return false;
  return std::any_of(evaluated.changes.begin(), evaluated.changes.end(), [this](const auto& each) {
    const LiveTable* live = d_.catalog.Find(each.table);
    return live && live->closed && !each.version;
  });
}

Status WritePath::Order(Evaluated& evaluated, storage::WriteBatch& batch,
                        std::vector<Logged>& logged) {
  // Index entries can fail on an unreadable image, so they come before any number is given out.
  for (const ItemChange& change : evaluated.changes) {
    const LiveTable* live = d_.catalog.Find(change.table);
    Check(live != nullptr, "evaluation has found the table");
    const Status indexed =
        AppendIndexChanges(batch, live->table(), change.old_image, change.new_image);
    if (!indexed) return indexed;
  }
  bool replicated = false;
  for (ItemChange& change : evaluated.changes) {
    replicated |= change.version.has_value();
    OrderOne(change, batch, logged);
  }
  if (replicated) {  // Local writes are found again in the log, the greatest seen one is not.
    std::string clock;
    storage::AppendVersion(clock, d_.versions.Current());
    batch.Put(Space::kMeta, std::string(kClockMetaKey), std::move(clock));
  }
  batch.Append(std::move(evaluated.also));
  return {};
}

void WritePath::OrderOne(ItemChange& change, storage::WriteBatch& batch,
                         std::vector<Logged>& logged) {
  LiveTable& live = *d_.catalog.Find(change.table);
  const WallTime now = d_.clock.WallNow();
  const bool local = !change.version;
  if (!local) d_.versions.Observe(*change.version);

  storage::ChangeRecord record;
  record.table = change.table;
  record.version = local ? d_.versions.Next(now) : *std::move(change.version);
  const TableLog::Slot slot =
      live.log.Append(now, local ? std::optional(record.version) : std::nullopt, d_.generation);
  if (slot.begins) PutGeneration(batch, change.table, *slot.begins);
  record.sequence = slot.sequence;
  record.committed_at = slot.committed_at;
  record.cause = change.cause;
  record.silent = change.old_image == change.new_image;
  record.key = std::move(change.key);
  record.old_image = std::move(change.old_image);
  record.new_image = std::move(change.new_image);

  // In the log, a put of what is there already says so: replication needs its Version. On a table
  // without replicas nobody would ever drop a tombstone, and nobody needs one.
  std::optional<std::string> stored;
  if (record.new_image) {
    stored = storage::EncodeStoredItem({record.version, false, *record.new_image});
  } else if (live.table().is_global()) {
    stored = storage::EncodeStoredItem({record.version, true, ""});
  }
  const bool hot = cache_.Wants(record.key);
  if (!stored) {
    batch.Delete(Space::kItems, record.key);
  } else {
    batch.Put(Space::kItems, record.key, hot ? *stored : *std::exchange(stored, std::nullopt));
  }
  batch.Put(Space::kLog, storage::LogKey(record.table, record.sequence),
            storage::EncodeChangeRecord(record));
  logged.push_back({record.table, record.sequence, std::move(record.old_image),
                    std::move(record.new_image), hot ? std::move(record.key) : "",
                    std::move(stored)});
}

void WritePath::Commit(storage::WriteBatch batch, std::vector<Logged> logged, Done done,
                       KeyQueue::Ticket ticket) {
  ++commits_under_way_;
  bool removes_range = false;
  for (const storage::WriteBatch::Op& op : batch.ops()) {
    if (op.space != Space::kItems) continue;
    cache_.Forget(op.key);
    removes_range |= op.kind == storage::WriteBatch::Kind::kDeleteRange;
  }
  if (removes_range) {
    cache_.Clear();
    ++removals_under_way_;
  }
  // A start finds this in the log, or in the note that comes with peers' changes.
  storage::Version frontier = logged.empty() ? frontier_ : d_.versions.Current();
  d_.committer.Commit(std::move(batch), [this, logged = std::move(logged), done = std::move(done),
                                         frontier = std::move(frontier), ticket,
                                         removes_range](Status status) mutable {
    --commits_under_way_;
    if (status) frontier_ = std::max(frontier_, std::move(frontier));
    if (removes_range) --removals_under_way_;
    OnCommitted(status, logged);
    done(status ? AwsResult<void>() : errors::InternalServerError());
    queue_.Leave(ticket);
  });
}

void WritePath::OnCommitted(const Status& status, std::vector<Logged>& logged) {
  if (!status && !failed_) {
    log::Error("commit failed, writes are refused until it is known what is stored: {}",
               status.error().message);
    failed_ = true;
  }
  if (failed_) return;
  for (Logged& record : logged) {
    LiveTable* live = d_.catalog.Find(record.table);
    if (!live) continue;
    live->log.OnDurable();
    live->stats.Count(record.old_image, record.new_image, record.sequence);
    if (!record.hot_key.empty()) Remember(std::move(record.hot_key), std::move(record.stored));
  }
  storage::TableId told;
  for (const Logged& record : logged) {
    if (watcher_ && record.table != std::exchange(told, record.table)) watcher_(record.table);
  }
}

void WritePath::Remember(std::string key, std::optional<std::string> stored) {
  if (removals_under_way_ == 0) cache_.Put(std::move(key), std::move(stored));
}

void WritePath::Tick() {
  if (!failed_ || commits_under_way_ > 0) return;
  for (const auto& [name, live] : d_.catalog.tables()) {
    const auto log = Catalog::LoadLog(d_.engine, live->table().id);
    const auto stats = Catalog::LoadStats(d_.engine, live->table().id);
    if (!log || !stats) return;
    live->log.Reset(*log);
    live->stats = *stats;
    live->stats_stored_at = 0;
  }
  failed_ = false;
}

}  // namespace lifeboat::dynamodb
