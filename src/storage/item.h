// What an item is to storage: a key, a Version, and bytes that only dynamodb/ understands, or a
// tombstone. Formats: docs/formats/items.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/version.h"

namespace lifeboat::storage {

/// Names a table in keys and in the change log; the same in all regions of a global table.
/// Made once, at random, by the region where the table was created.
struct TableId {
  uint64_t value = 0;
  auto operator<=>(const TableId&) const = default;
};

/// The value stored under an item's key.
struct StoredItem {
  Version version;
  bool tombstone = false;
  std::string image;  ///< dynamodb's encoding of the item; empty for a tombstone.
};
std::string EncodeStoredItem(const StoredItem& item);
Result<StoredItem> DecodeStoredItem(std::string_view bytes);

/// Key of an item in Space::kItems:
///   u64 table id | u8 0 (base table) | u64 StableHash64(partition) | escaped partition | escaped
///   sort
/// `partition` and `sort` are order-preserving encodings made by dynamodb/ (sort empty when the
/// table has no sort key). Escaping makes each part self-delimiting and keeps byte order: 00
/// becomes 00 ff, and 00 01 ends the part. Index entries use the same form with u8 index number > 0
/// and end in the base key.
struct ItemKeyParts {
  std::string partition;
  std::string sort;
};
std::string EncodeItemKey(TableId table, std::string_view partition, std::string_view sort);
/// All items of a table start with this.
std::string ItemPrefix(TableId table);
/// All items of one partition start with this (a Query is one range).
std::string PartitionPrefix(TableId table, std::string_view partition);
/// Splits what EncodeItemKey made.
Result<ItemKeyParts> DecodeItemKey(std::string_view key);
/// Position of `key` in the table's hash space: a Scan and its segments walk it.
uint64_t HashOfItemKey(std::string_view key);
/// First possible key of a table at or after `hash`.
std::string HashPrefix(TableId table, uint64_t hash);

/// Appends one escaped, terminated part / reads one.
void AppendKeyPart(std::string& out, std::string_view part);
Result<std::string> ReadKeyPart(ByteReader& reader);

}  // namespace lifeboat::storage
