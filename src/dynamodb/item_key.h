// From attributes to storage keys: what a table's schema says of the key attributes of an item,
// and the keys of items and of index entries.
#pragma once

#include <optional>
#include <string>

#include "dynamodb/attribute_value.h"
#include "dynamodb/expression.h"
#include "dynamodb/table.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

inline constexpr size_t kMaxPartitionKeyBytes = 2048;
inline constexpr size_t kMaxSortKeyBytes = 1024;

/// Storage key of the item that `key` names. `key` must have exactly the schema's attributes:
/// `The provided key element does not match the schema`, and what is told of empty and long values.
http::AwsResult<std::string> KeyOfRequest(const Table& table, const Item& key);
/// Storage key of a whole item that is to be stored. `One or more parameter values were invalid:
/// Missing the key ..`, `Type mismatch for key ..`. Checks index keys as well.
http::AwsResult<std::string> KeyOfItem(const Table& table, const Item& item);
/// Key attributes of indexes must be of their type, not empty and not too long, where present.
http::AwsResult<void> CheckIndexKeys(const Table& table, const Item& item);
/// `Key attributes must be scalars; ...` for a path that goes below a key attribute of the table or
/// of one of its indexes.
http::AwsResult<void> CheckKeysAreScalars(const Table& table, const std::vector<Path>& paths);

/// The key attributes alone.
Item KeyAttributesOf(const KeySchema& schema, const Item& item);

/// Start of all entries of an index; the base table has number 0.
std::string IndexPrefix(storage::TableId table, uint8_t index);
/// First possible key of an index, or with number 0 of the table, at or after `hash`.
std::string IndexHashPrefix(storage::TableId table, uint8_t index, uint64_t hash);
/// All entries with these hash attributes. They must be there and fit the schema.
std::string IndexPartitionPrefix(storage::TableId table, uint8_t index, const KeySchema& schema,
                                 const Item& item);
/// Key of the entry of `item` in `index`; nullopt when the item lacks a key attribute of it: the
/// index is sparse. What an index cannot hold (a wrong type, an empty or too long value) counts as
/// lacking.
std::optional<std::string> IndexEntryKey(const Table& table, const Index& index, const Item& item);
/// The bytes of one partition or sort attribute list in a key.
std::string EncodeKeyAttributes(const std::vector<KeyAttribute>& attributes, const Item& item);

}  // namespace lifeboat::dynamodb
