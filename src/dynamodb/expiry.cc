#include "dynamodb/expiry.h"

#include "dynamodb/core.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_write.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using storage::Space;

/// Times longer ago than this are no expiry times (Developer Guide, "Using time to live").
constexpr int64_t kOldestSeconds = int64_t{5} * 365 * 24 * 3600;

bool IsExpired(const Table& table, const Item& item, WallTime now) {
  if (!table.ttl.enabled) return false;
  const AttributeValue* value = item.Find(table.ttl.attribute);
  const Number* at = value ? value->If<Number>() : nullptr;
  if (!at) return false;
  const int64_t seconds = now.unix_seconds();
  return *at <= Number::FromInt(seconds) && *at > Number::FromInt(seconds - kOldestSeconds);
}

// Deletes the item if it is still expired when its turn comes.
void Delete(Core& core, storage::TableId id, const std::string& key) {
  core.writes.Submit(
      {key}, KeyQueue::Kind::kWrite,
      [&core, id, key]() -> AwsResult<WritePath::Evaluated> {
        WritePath::Evaluated evaluated;
        const LiveTable* live = core.catalog.Find(id);
        if (!live || live->deleting) return evaluated;
        auto stored = core.writes.Read(key);
        if (!stored) return errors::InternalServerError();
        const auto item = DecodeStored(*stored);
        if (!item) return errors::InternalServerError();
        if (!*item || !IsExpired(live->table(), **item, core.now())) return evaluated;
        evaluated.changes.push_back({id, key, std::move((*stored)->image), std::nullopt,
                                     storage::Cause::kTimeToLive, std::nullopt});
        return evaluated;
      },
      [](AwsResult<void>) {});
}

}  // namespace

void Expiry::Run(Core& core) {
  size_t budget = kItemsPerRound;
  const auto& tables = core.catalog.tables();
  for (size_t visited = 0; visited <= tables.size() && budget > 0; ++visited) {
    if (after_.empty()) {  // On to the next table, in a circle.
      auto next = tables.upper_bound(table_);
      if (next == tables.end()) next = tables.begin();
      if (next == tables.end()) return;
      table_ = next->first;
    }
    budget -= Sweep(core, table_, budget);
  }
}

size_t Expiry::Sweep(Core& core, const std::string& table_name, size_t budget) {
  const LiveTable* live = core.catalog.Find(table_name);
  if (!live || live->deleting || live->closed || live->table().joining ||
      !live->table().ttl.enabled) {
    after_.clear();
    return 0;
  }
  const storage::TableId id = live->table().id;
  const std::string prefix = storage::ItemPrefix(id);
  const auto it = core.d.engine.NewIterator(Space::kItems, prefix, storage::PrefixEnd(prefix));
  size_t read = 0;
  for (it->Seek(after_.starts_with(prefix) ? after_ : prefix); it->Valid() && read < budget;
       it->Next()) {
    ++read;
    after_ = it->key();
    const auto stored = storage::DecodeStoredItem(it->value());
    if (!stored) continue;
    const auto item = DecodeStored(*stored);
    if (!item || !*item) continue;
    if (IsExpired(live->table(), **item, core.now())) Delete(core, id, after_);
  }
  if (!it->Valid()) after_.clear();
  return read;
}

}  // namespace lifeboat::dynamodb
