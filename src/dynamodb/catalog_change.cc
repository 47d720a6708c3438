#include "dynamodb/catalog_change.h"

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/replicas.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using storage::PrefixEnd;
using storage::Space;

struct Change {
  std::optional<Table> next;
  LiveTable removed;
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

// Items, indexes, log and counts. The log of a table that was global may come back with a replica
// of the same id, and positions into it must stay true: its head is kept.
void AppendRemoval(Core& core, const LiveTable& live, storage::WriteBatch& batch) {
  const Table& table = live.table();
  std::string prefix;
  AppendU64(prefix, table.id.value);
  batch.Delete(Space::kMeta, TableMetaKey(table.id));
  batch.Delete(Space::kMeta, StatsMetaKey(table.id));
  batch.DeleteRange(Space::kItems, prefix, PrefixEnd(prefix));
  batch.DeleteRange(Space::kLog, prefix, PrefixEnd(prefix));
  if (table.incarnation.empty()) storage::DropGenerations(batch, table.id);
  if (!table.incarnation.empty()) {
    std::string head;
    AppendU64(head, live.log.last());
    batch.Put(Space::kMeta, HeadMetaKey(table.id), std::move(head));
  }
  std::string clock;  // The log that told the greatest local Version is gone with the table.
  storage::AppendVersion(clock, core.versions.Current());
  batch.Put(Space::kMeta, std::string(kClockMetaKey), std::move(clock));
}

}  // namespace

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
      [state, make = std::move(make)]() -> AwsResult<WritePath::Evaluated> {
        WritePath::Evaluated evaluated;
        auto made = make(evaluated.also);
        if (!made) return made.error();
        PutDefinition(evaluated.also, *made);
        state->next = *std::move(made);
        return evaluated;
      },
      [&core, state, done = std::move(done)](AwsResult<void> committed) {
        if (!committed) return done(committed.error());
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
        AppendRemoval(core, *live, evaluated.also);
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
        core.d.peers.Flush();
        core.replicas->OnRemoved(removed.table());
        done(std::move(removed));
      });
}

}  // namespace lifeboat::dynamodb
