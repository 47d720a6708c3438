#include "dynamodb/index_backfill.h"

#include <algorithm>

#include "base/log.h"
#include "dynamodb/catalog_change.h"
#include "dynamodb/errors.h"
#include "dynamodb/index.h"
#include "dynamodb/item_key.h"
#include "dynamodb/item_write.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using storage::PrefixEnd;
using storage::Space;

/// Items that one step of a backfill reads and writes.
constexpr size_t kStepItems = 64;

void NextStep(Core& core, storage::TableId id, uint8_t number, std::string after);

const Index* FindByNumber(const Table& table, uint8_t number) {
  for (const Index& index : table.indexes) {
    if (index.number == number) return &index;
  }
  return nullptr;
}

void FinishBackfill(Core& core, const Table& table, uint8_t number) {
  ChangeTable(
      core, table.name, errors::ResourceNotFound(),
      [number](LiveTable&, Table& next, storage::WriteBatch&) -> AwsResult<void> {
        for (Index& index : next.indexes) {
          if (index.number == number) index.backfilling = false;
        }
        return {};
      },
      [&core, id = table.id](AwsResult<const LiveTable*>) {
        if (LiveTable* live = core.catalog.Find(id)) live->backfill_running = false;
        StartBackfills(core, id);
      });
}

std::vector<std::string> ReadStep(Core& core, const Table& table, const std::string& after) {
  std::vector<std::string> keys;
  const std::string prefix = storage::ItemPrefix(table.id);
  const auto it = core.d.engine.NewIterator(Space::kItems, prefix, PrefixEnd(prefix));
  for (it->Seek(after.empty() ? prefix : after); it->Valid() && keys.size() < kStepItems;
       it->Next()) {
    if (it->key() != after) keys.emplace_back(it->key());
  }
  return keys;
}

// Entries are written while the items' keys are held, so they are those of the items as they are.
AwsResult<WritePath::Evaluated> EvaluateStep(Core& core, storage::TableId id, uint8_t number,
                                             const std::vector<std::string>& keys) {
  WritePath::Evaluated evaluated;
  const LiveTable* live = core.catalog.Find(id);
  const Index* index = live && !live->deleting ? FindByNumber(live->table(), number) : nullptr;
  if (!index) return evaluated;
  for (const std::string& key : keys) {
    const auto stored = core.writes.Read(key);
    if (!stored) return errors::InternalServerError();
    const auto item = DecodeStored(*stored);
    if (!item) return errors::InternalServerError();
    if (*item) AppendIndexEntry(evaluated.also, live->table(), *index, **item);
  }
  return evaluated;
}

void NextStep(Core& core, storage::TableId id, uint8_t number, std::string after) {
  LiveTable* live = core.catalog.Find(id);
  if (!live || live->deleting) return;
  const Index* index = FindByNumber(live->table(), number);
  if (!index) {
    live->backfill_running = false;
    return StartBackfills(core, id);
  }
  auto keys = ReadStep(core, live->table(), after);
  if (keys.empty()) return FinishBackfill(core, live->table(), number);
  const std::string last = keys.back();
  core.writes.Submit(
      keys, KeyQueue::Kind::kWrite,
      [&core, id, number, keys] { return EvaluateStep(core, id, number, keys); },
      [&core, id, number, last](AwsResult<void> done) {
        // Never from inside this call: a step without entries would recurse through the table.
        const std::string from = done ? last : std::string();
        const Duration pause = done ? Duration{} : Duration::Seconds(1);
        core.d.scheduler.After(pause,
                               [&core, id, number, from] { NextStep(core, id, number, from); });
      });
}

void DeleteEntries(Core& core, const Table& table, uint8_t number) {
  ChangeTable(
      core, table.name, errors::ResourceNotFound(),
      [number](LiveTable& live, Table& next, storage::WriteBatch& also) -> AwsResult<void> {
        const std::string prefix = IndexPrefix(live.table().id, number);
        also.DeleteRange(Space::kItems, prefix, PrefixEnd(prefix));
        std::erase(next.dropped_indexes, number);
        return {};
      },
      [&core, id = table.id](AwsResult<const LiveTable*> changed) {
        LiveTable* live = core.catalog.Find(id);
        if (live) live->backfill_running = false;
        if (changed) StartBackfills(core, id);
      });
}

}  // namespace

void StartBackfills(Core& core, storage::TableId id) {
  LiveTable* live = core.catalog.Find(id);
  if (!live || live->deleting || live->backfill_running) return;
  const Table& table = live->table();
  if (!table.dropped_indexes.empty()) {
    live->backfill_running = true;
    return DeleteEntries(core, table, table.dropped_indexes.front());
  }
  for (const Index& index : table.indexes) {
    if (!index.backfilling) continue;
    live->backfill_running = true;
    return NextStep(core, id, index.number, "");
  }
}

void DropIndex(Table& table, std::string_view name) {
  const Index* index = table.FindIndex(name);
  if (!index) return;
  table.dropped_indexes.push_back(index->number);
  std::erase_if(table.indexes, [&](const Index& one) { return one.name == name; });
}

void AdoptIndexes(const Table& now, Table& given) {
  std::vector<Index> theirs = std::move(given.indexes);
  given.indexes = now.indexes;
  for (const Index& ours : now.indexes) {
    const bool kept = std::any_of(theirs.begin(), theirs.end(), [&](const Index& index) {
      return index.name == ours.name && index.keys == ours.keys &&
             index.projection == ours.projection &&
             index.non_key_attributes == ours.non_key_attributes;
    });
    if (!kept) DropIndex(given, ours.name);
  }
  for (Index& index : theirs) {
    const auto same = std::find_if(given.indexes.begin(), given.indexes.end(),
                                   [&](const Index& ours) { return ours.name == index.name; });
    if (same != given.indexes.end()) {
      same->throughput = index.throughput;
      continue;
    }
    index.number = given.FreeIndexNumber();
    index.backfilling = true;
    given.indexes.push_back(std::move(index));
  }
}

}  // namespace lifeboat::dynamodb
