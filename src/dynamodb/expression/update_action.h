// An update expression as it was read.
#pragma once

#include <memory>
#include <vector>

#include "dynamodb/expression.h"

namespace lifeboat::dynamodb {

/// The right-hand side of SET.
struct SetValue {
  enum class Kind { kPath, kValue, kPlus, kMinus, kIfNotExists, kListAppend };
  Kind kind = Kind::kPath;
  Path path;
  std::shared_ptr<const AttributeValue> value;
  std::vector<SetValue> arguments;  ///< Two, of all kinds but the first two.
};

struct UpdateAction {
  enum class Kind { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  Path path;
  SetValue value;  ///< kAdd and kDelete: a kValue. kRemove: none.
  /// From AttributeUpdates: ADD takes lists as well, and a wrong type is called otherwise.
  bool legacy = false;
};

}  // namespace lifeboat::dynamodb
