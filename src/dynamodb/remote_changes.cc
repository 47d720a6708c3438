#include "dynamodb/remote_changes.h"

#include <map>

#include "dynamodb/catalog_change.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

struct UnderWay {
  std::vector<RemoteChange> changes;
  storage::WriteBatch also;
  Status status;
};

// The item as it will be before the next change: stored, or written by an earlier change of the
// same batch.
struct Current {
  storage::Version version;
  std::optional<std::string> image;
};

Result<Current> ReadCurrent(Core& core, const std::string& key) {
  auto stored = core.writes.Read(key);
  if (!stored) return stored.error();
  Current current;
  if (!*stored) return current;
  current.version = (*stored)->version;
  if (!(*stored)->tombstone) current.image = std::move((*stored)->image);
  return current;
}

// A peer's word is not taken for it: whatever reads items later relies on their having their keys.
bool IsItemOf(const Table& table, const RemoteChange& change) {
  if (change.tombstone) return true;
  const auto item = DecodeItem(change.image);
  if (!item) return false;
  const auto key = KeyOfRequest(table, KeyAttributesOf(table.keys, *item));
  return key && *key == change.key;
}

AwsResult<WritePath::Evaluated> Merge(Core& core, storage::TableId table, UnderWay& state) {
  const LiveTable* live = core.catalog.Find(table);
  if (!live || live->deleting) {
    state.status = Error{ErrorCode::kNotFound, "the table is not here"};
    return errors::ResourceNotFound();
  }
  WritePath::Evaluated evaluated;
  evaluated.also = std::move(state.also);
  std::map<std::string, Current> written;
  for (RemoteChange& change : state.changes) {
    if (!IsItemOf(live->table(), change)) {
      state.status = Error{ErrorCode::kCorrupt, "a peer's change is no item of the table"};
      return errors::InternalServerError();
    }
    core.versions.Observe(change.version);
    auto at = written.find(change.key);
    if (at == written.end()) {
      auto current = ReadCurrent(core, change.key);
      if (!current) {
        state.status = current.error();
        return errors::InternalServerError();
      }
      at = written.emplace(change.key, *std::move(current)).first;
    }
    Current& current = at->second;
    if (change.version <= current.version) continue;  // The last writer has been here already.
    std::optional<std::string> image;
    if (!change.tombstone) image = std::move(change.image);
    evaluated.changes.push_back({table, std::move(change.key), std::move(current.image), image,
                                 storage::Cause::kReplicated, change.version});
    current = {std::move(change.version), std::move(image)};
  }
  return evaluated;
}

template <class Each>  // RemoteChange or TombstoneToDrop
bool AreItemKeysOf(storage::TableId table, const std::vector<Each>& list) {
  const std::string prefix = storage::ItemPrefix(table);
  for (const Each& each : list) {
    if (!each.key.starts_with(prefix) || each.version.is_zero()) return false;
  }
  return true;
}

void RefuseForeignKeys(Core& core, std::function<void(Status)> done) {
  core.d.scheduler.After(Duration{}, [done = std::move(done)] {
    done(Error{ErrorCode::kCorrupt, "a peer's change has a key of another table"});
  });
}

}  // namespace

void ApplyRemoteChanges(Core& core, storage::TableId table, std::vector<RemoteChange> changes,
                        storage::WriteBatch also, std::function<void(Status)> done) {
  if (!AreItemKeysOf(table, changes)) {
    return RefuseForeignKeys(core, std::move(done));
  }
  std::vector<std::string> keys;
  for (const RemoteChange& change : changes) keys.push_back(change.key);
  auto state = std::make_shared<UnderWay>(UnderWay{std::move(changes), std::move(also), Status()});
  core.writes.Submit(
      std::move(keys), KeyQueue::Kind::kWrite,
      [&core, table, state] { return Merge(core, table, *state); },
      [&core, state, done = std::move(done)](AwsResult<void> merged) {
        Status status = state->status;
        if (!merged && status) status = Error{ErrorCode::kIo, merged.error().message};
        core.d.scheduler.After(Duration{}, [status, done] { done(status); });
      });
}

namespace {

struct Salvage {
  std::vector<RemoteChange> writes;
  storage::WriteBatch also;
  std::vector<std::string> lost;
};

AwsResult<WritePath::Evaluated> EvaluateSalvage(Core& core, storage::TableId table,
                                                Salvage& salvage) {
  WritePath::Evaluated evaluated;
  evaluated.also = std::move(salvage.also);
  evaluated.refills = true;
  for (RemoteChange& write : salvage.writes) {
    auto stored = core.writes.Read(write.key);
    if (!stored) return errors::InternalServerError();
    if (*stored && write.version <= (*stored)->version) {
      salvage.lost.push_back(std::move(write.key));
      continue;
    }
    ItemChange change{table,        std::move(write.key),    std::nullopt,
                      std::nullopt, storage::Cause::kClient, std::nullopt};
    // Of a key that nobody knows any more a delete may have been dropped that was later than this
    // write's Version; with a new one the write is the last.
    if (*stored) change.version = std::move(write.version);
    if (*stored && !(*stored)->tombstone) change.old_image = std::move((*stored)->image);
    if (!write.tombstone) change.new_image = std::move(write.image);
    evaluated.changes.push_back(std::move(change));
  }
  return evaluated;
}

Status ToStatus(const AwsResult<void>& result) {
  return result ? Status() : Status(Error{ErrorCode::kIo, result.error().message});
}

}  // namespace

void ApplySalvagedWrites(Core& core, storage::TableId table, std::vector<RemoteChange> writes,
                         storage::WriteBatch also,
                         std::function<void(Status, std::vector<std::string>)> done) {
  std::vector<std::string> keys;
  for (const RemoteChange& write : writes) keys.push_back(write.key);
  auto salvage = std::make_shared<Salvage>(Salvage{std::move(writes), std::move(also), {}});
  core.writes.Submit(
      std::move(keys), KeyQueue::Kind::kWrite,
      [&core, table, salvage] { return EvaluateSalvage(core, table, *salvage); },
      [&core, salvage, done = std::move(done)](const AwsResult<void>& applied) {
        core.d.scheduler.After(Duration{}, [status = ToStatus(applied), salvage, done] {
          done(status, std::move(salvage->lost));
        });
      });
}

void EmptyTable(Core& core, storage::TableId table, storage::WriteBatch also,
                std::function<void(Status)> done) {
  core.writes.Submit(
      {}, KeyQueue::Kind::kWrite,
      [&core, table, also = std::move(also)]() -> AwsResult<WritePath::Evaluated> {
        LiveTable* live = core.catalog.Find(table);
        if (!live || live->deleting) return errors::ResourceNotFound();
        WritePath::Evaluated evaluated;
        AppendEmptying(core, *live, evaluated.also);
        evaluated.also.Append(also);
        live->log.ForgetGenerations();
        live->stats = {0, 0, live->log.last()};
        live->stats_stored_at = live->log.last();
        live->trimmed_below = live->log.last() + 1;
        return evaluated;
      },
      [&core, done = std::move(done)](const AwsResult<void>& emptied) {
        core.d.scheduler.After(Duration{}, [status = ToStatus(emptied), done] { done(status); });
      });
}

void DropTombstones(Core& core, storage::TableId table, std::vector<TombstoneToDrop> tombstones,
                    storage::WriteBatch also, std::function<void(Status)> done) {
  if (!AreItemKeysOf(table, tombstones)) return RefuseForeignKeys(core, std::move(done));
  std::vector<std::string> keys;
  for (const TombstoneToDrop& tombstone : tombstones) keys.push_back(tombstone.key);
  const auto drop = [&core, tombstones = std::move(tombstones),
                     also = std::move(also)]() -> AwsResult<WritePath::Evaluated> {
    WritePath::Evaluated evaluated;
    evaluated.also = also;
    for (const TombstoneToDrop& tombstone : tombstones) {
      const auto stored = core.writes.Read(tombstone.key);
      if (!stored) return errors::InternalServerError();
      const bool same = *stored && (*stored)->tombstone && (*stored)->version == tombstone.version;
      if (same) evaluated.also.Delete(storage::Space::kItems, tombstone.key);
    }
    return evaluated;
  };
  core.writes.Submit(std::move(keys), KeyQueue::Kind::kWrite, drop,
                     [&core, done = std::move(done)](AwsResult<void> dropped) {
                       const Status status =
                           dropped ? Status()
                                   : Status(Error{ErrorCode::kIo, dropped.error().message});
                       core.d.scheduler.After(Duration{}, [status, done] { done(status); });
                     });
}

}  // namespace lifeboat::dynamodb
