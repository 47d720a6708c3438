#include "dynamodb/index.h"

#include "dynamodb/item_key.h"

namespace lifeboat::dynamodb {
namespace {

Result<std::optional<Item>> Decode(const std::optional<std::string>& image) {
  if (!image) return std::optional<Item>();
  auto item = DecodeItem(*image);
  if (!item) return item.error();
  return std::optional<Item>(*std::move(item));
}

}  // namespace

Item ProjectForIndex(const Table& table, const Index& index, const Item& item) {
  if (index.projection == Index::Projection::kAll) return item;
  Item projected = KeyAttributesOf(table.keys, item);
  for (const KeyAttribute& key : index.keys.All()) {
    if (const AttributeValue* value = item.Find(key.name)) projected.Set(key.name, *value);
  }
  for (const std::string& name : index.non_key_attributes) {
    if (const AttributeValue* value = item.Find(name)) projected.Set(name, *value);
  }
  return projected;
}

void AppendIndexEntry(storage::WriteBatch& batch, const Table& table, const Index& index,
                      const Item& item) {
  if (auto key = IndexEntryKey(table, index, item)) {
    batch.Put(storage::Space::kItems, *std::move(key),
              EncodeItem(ProjectForIndex(table, index, item)));
  }
}

Status AppendIndexChanges(storage::WriteBatch& batch, const Table& table,
                          const std::optional<std::string>& old_image,
                          const std::optional<std::string>& new_image) {
  if (table.indexes.empty()) return {};
  const auto old_item = Decode(old_image);
  if (!old_item) return old_item.error();
  const auto new_item = Decode(new_image);
  if (!new_item) return new_item.error();
  for (const Index& index : table.indexes) {
    const auto old_key = *old_item ? IndexEntryKey(table, index, **old_item) : std::nullopt;
    const auto new_key = *new_item ? IndexEntryKey(table, index, **new_item) : std::nullopt;
    if (old_key && old_key != new_key) batch.Delete(storage::Space::kItems, *old_key);
    if (new_key) AppendIndexEntry(batch, table, index, **new_item);
  }
  return {};
}

}  // namespace lifeboat::dynamodb
