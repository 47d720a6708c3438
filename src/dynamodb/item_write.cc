#include "dynamodb/item_write.h"

#include "base/log.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;

AwsError Unreadable(const Error& error) {
  log::Error("a stored item cannot be read: {}", error.message);
  return errors::InternalServerError();
}

AwsResult<void> CheckCondition(const ItemWrite& write, const std::optional<Item>& old_item) {
  if (!write.condition) return {};
  static const Item kNoItem;
  const auto holds = write.condition->Evaluate(old_item ? *old_item : kNoItem);
  if (!holds) return holds.error();
  if (*holds) return {};
  const bool show = write.item_on_failure && old_item;
  return errors::ConditionalCheckFailed(show ? &*old_item : nullptr);
}

AwsResult<Item> Updated(const Table& table, const ItemWrite& write,
                        const std::optional<Item>& old_item) {
  const Item& base = old_item ? *old_item : write.item;
  if (!write.update) return base;
  auto updated = write.update->Apply(base, old_item.has_value());
  if (!updated) return updated.error();
  if (auto checked = CheckIndexKeys(table, *updated); !checked) return checked.error();
  if (SizeOf(*updated) > kMaxItemBytes) {
    return errors::Validation("Item size to update has exceeded the maximum allowed size");
  }
  return updated;
}

}  // namespace

AwsResult<void> CheckUpdateCharge(const Update& update) {
  if (update.Charge() <= kMaxItemBytes) return {};
  return errors::Validation("Item size to update has exceeded the maximum allowed size");
}

AwsResult<void> CheckItemSize(const Item& item) {
  if (SizeOf(item) <= kMaxItemBytes) return {};
  return errors::Validation("Item size has exceeded the maximum allowed size");
}

AwsResult<void> Locate(Core& core, std::string_view table_name, ItemWrite& write) {
  const auto live = core.UsableTable(table_name);
  if (!live) return live.error();
  const Table& table = (*live)->table();
  write.table = table.id;
  write.table_name = table.name;
  auto key = write.kind == ItemWrite::Kind::kPut ? KeyOfItem(table, write.item)
                                                 : KeyOfRequest(table, write.item);
  if (!key) return key.error();
  write.key = *std::move(key);
  if (!write.update) return {};
  if (auto c = CheckKeysAreScalars(table, write.update->paths()); !c) return c;
  for (const Path& path : write.update->paths()) {
    if (table.keys.Has(path[0].name)) {
      return errors::InvalidParameterValues("Cannot update attribute " + path[0].name +
                                            ". This attribute is part of the key");
    }
  }
  return {};
}

Result<std::optional<Item>> DecodeStored(const std::optional<storage::StoredItem>& stored) {
  if (!stored || stored->tombstone) return std::optional<Item>();
  auto item = DecodeItem(stored->image);
  if (!item) return item.error();
  return std::optional<Item>(*std::move(item));
}

AwsResult<WriteOutcome> Evaluate(Core& core, const ItemWrite& write, bool need_old) {
  const LiveTable* live = core.catalog.Find(write.table);
  if (!live || live->deleting) return errors::ResourceNotFound();
  auto stored = core.writes.Read(write.key);
  if (!stored) return Unreadable(stored.error());

  WriteOutcome outcome;
  if (need_old || write.condition || write.kind == ItemWrite::Kind::kUpdate) {
    auto old_item = DecodeStored(*stored);
    if (!old_item) return Unreadable(old_item.error());
    outcome.old_item = *std::move(old_item);
  }
  if (auto c = CheckCondition(write, outcome.old_item); !c) return c.error();
  if (write.kind == ItemWrite::Kind::kCheck) return outcome;

  ItemChange change;
  change.table = write.table;
  change.key = write.key;
  if (*stored && !(*stored)->tombstone) change.old_image = std::move((*stored)->image);
  if (write.kind == ItemWrite::Kind::kPut) {
    change.new_image = EncodeItem(write.item);
  } else if (write.kind == ItemWrite::Kind::kUpdate) {
    auto updated = Updated(live->table(), write, outcome.old_item);
    if (!updated) return updated.error();
    // What only takes away does nothing where nothing is: no item, no record, nothing to replicate.
    const bool is_idle = !outcome.old_item && write.update && !write.update->CreatesItem();
    if (is_idle) return outcome;
    change.new_image = EncodeItem(*updated);
    outcome.new_item = *std::move(updated);
  }
  outcome.change = std::move(change);
  return outcome;
}

}  // namespace lifeboat::dynamodb
