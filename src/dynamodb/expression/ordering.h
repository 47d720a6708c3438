// The order of attribute values in conditions.
#pragma once

#include <compare>

#include "dynamodb/attribute_value.h"

namespace lifeboat::dynamodb::expression {

/// Only two strings, two numbers or two binaries have an order: by bytes or by number. All else is
/// unordered.
std::partial_ordering Compare(const AttributeValue& a, const AttributeValue& b);

}  // namespace lifeboat::dynamodb::expression
