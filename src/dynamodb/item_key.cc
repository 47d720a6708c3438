#include "dynamodb/item_key.h"

#include "base/bytes.h"
#include "dynamodb/errors.h"
#include "dynamodb/key_codec.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;

size_t KeyBytes(const AttributeValue& value) {
  if (const auto* text = value.If<std::string>()) return text->size();
  if (const auto* binary = value.If<Binary>()) return binary->bytes.size();
  return 1;  // Numbers always fit and are never empty.
}

AwsResult<void> CheckKeyLength(const AttributeValue& value, bool is_hash) {
  const size_t bytes = KeyBytes(value);
  if (is_hash && bytes > kMaxPartitionKeyBytes) {
    return errors::InvalidParameterValues(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (!is_hash && bytes > kMaxSortKeyBytes) {
    return errors::InvalidParameterValues(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
  return {};
}

AwsResult<void> CheckNotEmpty(const KeyAttribute& key, const AttributeValue& value) {
  if (KeyBytes(value) > 0) return {};
  return errors::Validation(fmt::format(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty {} value. Key: {}",
      value.type() == Type::kB ? "binary" : "string", key.name));
}

AwsResult<void> CheckKeyValue(const KeyAttribute& key, const AttributeValue& value, bool is_hash) {
  if (auto checked = CheckNotEmpty(key, value); !checked) return checked;
  return CheckKeyLength(value, is_hash);
}

std::string EncodeTableKey(const Table& table, const Item& item) {
  const AttributeValue* hash = item.Find(table.keys.hash[0].name);
  const AttributeValue* range =
      table.keys.range.empty() ? nullptr : item.Find(table.keys.range[0].name);
  return storage::EncodeItemKey(table.id, EncodeKeyValue(*hash),
                                range ? EncodeKeyValue(*range) : std::string());
}

AwsError IndexTypeMismatch(const Index& index, const KeyAttribute& key,
                           const AttributeValue& value) {
  return errors::InvalidParameterValues(
      fmt::format("Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}", key.name,
                  TypeName(key.type), TypeName(value.type()), index.name));
}

AwsError IndexEmptyKey(const Index& index, const KeyAttribute& key, const AttributeValue& value) {
  return errors::Validation(fmt::format(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. The AttributeValue for a key attribute cannot contain an empty {} value. "
      "IndexName: {}, IndexKey: {}",
      value.type() == Type::kB ? "binary" : "string", index.name, key.name));
}

AwsResult<void> CheckIndexKey(const Index& index, const KeyAttribute& key, const Item& item,
                              bool is_hash) {
  const AttributeValue* value = item.Find(key.name);
  if (!value) return {};
  if (value->type() != key.type) return IndexTypeMismatch(index, key, *value);
  if (KeyBytes(*value) == 0) return IndexEmptyKey(index, key, *value);
  return CheckKeyLength(*value, is_hash);
}

// Whether the item has these key attributes as an index can hold them: of their types, not empty,
// and together not too long. An item from before the index may have anything there.
bool HasAll(const std::vector<KeyAttribute>& keys, const Item& item, size_t max_bytes) {
  size_t total = 0;
  for (const KeyAttribute& key : keys) {
    const AttributeValue* value = item.Find(key.name);
    if (!value || value->type() != key.type || KeyBytes(*value) == 0) return false;
    total += KeyBytes(*value);
  }
  return total <= max_bytes;
}

}  // namespace

AwsResult<std::string> KeyOfRequest(const Table& table, const Item& key) {
  const std::vector<KeyAttribute> attributes = table.keys.All();
  constexpr std::string_view kMismatch = "The provided key element does not match the schema";
  if (key.size() != attributes.size()) return errors::Validation(std::string(kMismatch));
  for (const KeyAttribute& attribute : attributes) {
    const AttributeValue* value = key.Find(attribute.name);
    if (!value || value->type() != attribute.type) {
      return errors::Validation(std::string(kMismatch));
    }
    const bool is_hash = &attribute == attributes.data();
    if (auto checked = CheckKeyValue(attribute, *value, is_hash); !checked) {
      return checked.error();
    }
  }
  return EncodeTableKey(table, key);
}

AwsResult<std::string> KeyOfItem(const Table& table, const Item& item) {
  const std::vector<KeyAttribute> attributes = table.keys.All();
  for (const KeyAttribute& key : attributes) {
    const AttributeValue* value = item.Find(key.name);
    if (!value) {
      return errors::InvalidParameterValues("Missing the key " + key.name + " in the item");
    }
    if (value->type() != key.type) {
      return errors::InvalidParameterValues(
          fmt::format("Type mismatch for key {} expected: {} actual: {}", key.name,
                      TypeName(key.type), TypeName(value->type())));
    }
    const bool is_hash = &key == attributes.data();
    if (auto checked = CheckKeyValue(key, *value, is_hash); !checked) return checked.error();
  }
  if (auto checked = CheckIndexKeys(table, item); !checked) return checked.error();
  return EncodeTableKey(table, item);
}

AwsResult<void> CheckIndexKeys(const Table& table, const Item& item) {
  for (const Index& index : table.indexes) {
    for (const KeyAttribute& key : index.keys.hash) {
      if (auto c = CheckIndexKey(index, key, item, true); !c) return c;
    }
    // The table's partition key may be longer than an index's sort key.
    for (const KeyAttribute& key : index.keys.range) {
      if (auto c = CheckIndexKey(index, key, item, false); !c) return c;
    }
  }
  return {};
}

AwsResult<void> CheckKeysAreScalars(const Table& table, const std::vector<Path>& paths) {
  constexpr std::string_view kText =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
      "{}: {}";
  for (const Path& path : paths) {
    const std::string& name = path[0].name;
    if (path.size() < 2) continue;
    if (table.keys.Has(name)) return errors::Validation(fmt::format(kText, "Key", name));
    for (const Index& index : table.indexes) {
      if (index.keys.Has(name)) return errors::Validation(fmt::format(kText, "IndexKey", name));
    }
  }
  return {};
}

Item KeyAttributesOf(const KeySchema& schema, const Item& item) {
  Item key;
  for (const KeyAttribute& attribute : schema.All()) {
    if (const AttributeValue* value = item.Find(attribute.name)) key.Set(attribute.name, *value);
  }
  return key;
}

std::string IndexPrefix(storage::TableId table, uint8_t index) {
  std::string out;
  AppendU64(out, table.value);
  out += static_cast<char>(index);
  return out;
}

std::string IndexHashPrefix(storage::TableId table, uint8_t index, uint64_t hash) {
  std::string out = IndexPrefix(table, index);
  AppendU64(out, hash);
  return out;
}

// One attribute stands as it is, as in the base table; several are parts of one encoding.
std::string EncodeKeyAttributes(const std::vector<KeyAttribute>& attributes, const Item& item) {
  if (attributes.empty()) return "";
  if (attributes.size() == 1) return EncodeKeyValue(*item.Find(attributes[0].name));
  std::string out;
  for (const KeyAttribute& attribute : attributes) {
    storage::AppendKeyPart(out, EncodeKeyValue(*item.Find(attribute.name)));
  }
  return out;
}

std::string IndexPartitionPrefix(storage::TableId table, uint8_t index, const KeySchema& schema,
                                 const Item& item) {
  const std::string partition = EncodeKeyAttributes(schema.hash, item);
  std::string out = IndexHashPrefix(table, index, StableHash64(partition));
  storage::AppendKeyPart(out, partition);
  return out;
}

std::optional<std::string> IndexEntryKey(const Table& table, const Index& index, const Item& item) {
  if (!HasAll(index.keys.hash, item, kMaxPartitionKeyBytes) ||
      !HasAll(index.keys.range, item, kMaxSortKeyBytes)) {
    return std::nullopt;
  }
  std::string out = IndexPartitionPrefix(table.id, index.number, index.keys, item);
  storage::AppendKeyPart(out, EncodeKeyAttributes(index.keys.range, item));
  storage::AppendKeyPart(out, EncodeKeyAttributes(table.keys.hash, item));
  storage::AppendKeyPart(out, EncodeKeyAttributes(table.keys.range, item));
  return out;
}

}  // namespace lifeboat::dynamodb
