// Key attribute values as bytes that sort as the values do, for storage::EncodeItemKey. The type
// is not in the bytes: the table's schema tells it (docs/formats/items.md).
#pragma once

#include <string>
#include <string_view>

#include "dynamodb/attribute_value.h"

namespace lifeboat::dynamodb {

/// `value` must be S, N or B: the caller has checked it against the schema.
std::string EncodeKeyValue(const AttributeValue& value);
/// Reads what EncodeKeyValue made of a value of `type`.
Result<AttributeValue> DecodeKeyValue(Type type, std::string_view bytes);

}  // namespace lifeboat::dynamodb
