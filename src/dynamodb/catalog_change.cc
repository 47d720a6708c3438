#include "dynamodb/catalog_change.h"

#include <algorithm>

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/replicas.h"
#include "dynamodb/streams/stream_view.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using storage::PrefixEnd;
using storage::Space;

struct Change {
  std::optional<Table> next;
  std::optional<Table> retired;
};

void PutDefinition(storage::WriteBatch& batch, const Table& table) {
  batch.Put(Space::kMeta, TableMetaKey(table.id), EncodeTable(table));
}

}  // namespace

void AppendEmptying(const Core& core, const LiveTable& live, storage::WriteBatch& batch) {
  const Table& table = live.table();
  std::string prefix, head, clock;
  AppendU64(prefix, table.id.value);
  batch.DeleteRange(Space::kItems, prefix, PrefixEnd(prefix));
  batch.DeleteRange(Space::kLog, prefix, PrefixEnd(prefix));
  storage::DropGenerations(batch, table.id);
  AppendU64(head, live.log.last());
  batch.Put(Space::kMeta, HeadMetaKey(table.id), std::move(head));
  batch.Put(Space::kMeta, StatsMetaKey(table.id), EncodeStats({0, 0, live.log.last()}));
  storage::AppendVersion(clock, core.versions.Current());
  batch.Put(Space::kMeta, std::string(kClockMetaKey), std::move(clock));
}

namespace {

/// `live` as it is kept for the readers of its streams, which end here; nullopt when it has none.
std::optional<Table> RetiredOf(const Core& core, const LiveTable& live) {
  Table table = live.table();
  for (Stream& stream : table.streams) {
    if (!stream.enabled()) continue;
    stream.disabled_at = core.now();
    stream.last_sequence = live.log.last();
  }
  std::erase_if(table.streams, [&](const Stream& stream) { return !IsReadable(core, stream); });
  return table.streams.empty() ? std::nullopt : std::optional(std::move(table));
}

void AppendLogRemoval(const Table& table, storage::WriteBatch& batch) {
  std::string prefix;
  AppendU64(prefix, table.id.value);
  batch.DeleteRange(Space::kLog, prefix, PrefixEnd(prefix));
  if (table.incarnation.empty()) storage::DropGenerations(batch, table.id);
}

// Items, indexes, counts, and the log when no stream of it can be read any more. The log of a table
// that was global may come back with a replica of the same id, and positions into it must stay
// true: its head is kept.
void AppendRemoval(Core& core, const LiveTable& live, const std::optional<Table>& retired,
                   storage::WriteBatch& batch) {
  const Table& table = live.table();
  std::string prefix;
  AppendU64(prefix, table.id.value);
  batch.Delete(Space::kMeta, TableMetaKey(table.id));
  batch.Delete(Space::kMeta, StatsMetaKey(table.id));
  batch.DeleteRange(Space::kItems, prefix, PrefixEnd(prefix));
  if (retired) {
    batch.Put(Space::kMeta, RetiredMetaKey(table.id), EncodeTable(*retired));
  } else {
    AppendLogRemoval(table, batch);
  }
  if (!table.incarnation.empty()) {
    std::string head;
    AppendU64(head, live.log.last());
    batch.Put(Space::kMeta, HeadMetaKey(table.id), std::move(head));
  }
  std::string clock;  // The log that told the greatest local Version is gone with the table.
  storage::AppendVersion(clock, core.versions.Current());
  batch.Put(Space::kMeta, std::string(kClockMetaKey), std::move(clock));
}

// A replica that comes back has the id that it had, and its log must hold nothing of the earlier
// stay: others have forgotten deletes since.
void ForgetEarlierStay(const Core& core, const Table& table, storage::WriteBatch& batch) {
  for (const auto& retired : core.catalog.retired()) {
    if (retired->table().id != table.id) continue;
    batch.Delete(Space::kMeta, RetiredMetaKey(table.id));
    AppendLogRemoval(retired->table(), batch);
  }
}

}  // namespace

void DropOldStreams(Core& core, storage::WriteBatch& batch) {
  std::vector<storage::TableId> old;
  for (const auto& retired : core.catalog.retired()) {
    const auto& streams = retired->table().streams;
    const bool read = std::any_of(streams.begin(), streams.end(),
                                  [&](const Stream& stream) { return IsReadable(core, stream); });
    if (read) continue;
    batch.Delete(Space::kMeta, RetiredMetaKey(retired->table().id));
    AppendLogRemoval(retired->table(), batch);
    old.push_back(retired->table().id);
  }
  for (const storage::TableId id : old) core.catalog.ForgetRetired(id);
}

void ChangeTable(Core& core, std::string name, AwsError missing, TableChange change,
                 TableChanged done) {
  auto state = std::make_shared<Change>();
  const std::string key = CatalogKey(name);
  core.writes.Submit(
      {key}, KeyQueue::Kind::kWrite,
      [&core, state, name, missing = std::move(missing),
       change = std::move(change)]() -> AwsResult<WritePath::Evaluated> {
        LiveTable* live = core.catalog.Find(name);
        if (!live || live->deleting) return missing;
        Table next = live->table();
        WritePath::Evaluated evaluated;
        if (auto changed = change(*live, next, evaluated.also); !changed) return changed.error();
        PutDefinition(evaluated.also, next);
        state->next = std::move(next);
        live->changing = true;
        return evaluated;
      },
      [&core, state, name, done = std::move(done)](AwsResult<void> committed) {
        LiveTable* live = core.catalog.Find(name);
        if (live && state->next) live->changing = false;
        if (!committed) return done(committed.error());
        const Table before = live->table();
        core.catalog.Put(*std::move(state->next));
        core.d.peers.Flush();
        core.replicas->OnChanged(&before, live->table());
        done(live);
      });
}

void CreateTableEntry(Core& core, std::string name, TableMaker make, TableChanged done) {
  auto state = std::make_shared<Change>();
  const std::string key = CatalogKey(name);
  core.writes.Submit(
      {key}, KeyQueue::Kind::kWrite,
      [&core, state, make = std::move(make)]() -> AwsResult<WritePath::Evaluated> {
        WritePath::Evaluated evaluated;
        auto made = make(evaluated.also);
        if (!made) return made.error();
        ForgetEarlierStay(core, *made, evaluated.also);
        PutDefinition(evaluated.also, *made);
        state->next = *std::move(made);
        return evaluated;
      },
      [&core, state, done = std::move(done)](AwsResult<void> committed) {
        if (!committed) return done(committed.error());
        core.catalog.ForgetRetired(state->next->id);
        auto log = Catalog::LoadLog(core.d.engine, state->next->id);
        if (!log) return done(errors::InternalServerError());
        LiveTable& live = core.catalog.Put(*std::move(state->next));
        live.log = *std::move(log);
        live.stats.sequence = live.stats_stored_at = live.log.last();
        core.d.peers.Flush();
        core.replicas->OnChanged(nullptr, live.table());
        done(&live);
      });
}

void RemoveTable(Core& core, std::string name, AwsError missing, TableRemoval check,
                 TableRemoved done) {
  auto state = std::make_shared<Change>();
  const std::string key = CatalogKey(name);
  core.writes.Submit(
      {key}, KeyQueue::Kind::kWrite,
      [&core, state, name, missing = std::move(missing),
       check = std::move(check)]() -> AwsResult<WritePath::Evaluated> {
        LiveTable* live = core.catalog.Find(name);
        if (!live) return missing;
        WritePath::Evaluated evaluated;
        if (auto checked = check(*live, evaluated.also); !checked) return checked.error();
        state->retired = RetiredOf(core, *live);
        AppendRemoval(core, *live, state->retired, evaluated.also);
        live->deleting = true;  // From here on no write is ordered behind the removal.
        return evaluated;
      },
      [&core, state, name, done = std::move(done)](AwsResult<void> committed) {
        LiveTable* live = core.catalog.Find(name);
        if (!committed) {
          if (live) live->deleting = false;
          return done(committed.error());
        }
        LiveTable removed = *live;
        core.catalog.Remove(removed.table().id);
        if (state->retired)
          core.catalog.Retire(
              {.definition = std::make_shared<const Table>(*state->retired), .log = removed.log});
        core.d.peers.Flush();
        core.replicas->OnRemoved(removed.table());
        done(std::move(removed));
      });
}

}  // namespace lifeboat::dynamodb
