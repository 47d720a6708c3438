// Operands of conditions: paths, values of the request, and what functions make of them.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dynamodb/expression.h"

namespace lifeboat::dynamodb {

/// Functions of conditions; names are case-sensitive.
enum class Function {
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kSize,
};

/// Exactly one of: a path, a value, a function with its arguments.
struct Operand {
  enum class Kind { kPath, kValue, kFunction };
  Kind kind = Kind::kPath;
  Path path;
  std::shared_ptr<const AttributeValue> value;  ///< Null when it was not defined.
  Function function = Function::kSize;
  std::vector<Operand> arguments;
};

struct ConditionNode {
  enum class Kind {
    kAnd,
    kOr,
    kNot,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kBetween,
    kIn,
    kFunction,  ///< One operand, a function that is true or false.
  };
  Kind kind = Kind::kAnd;
  std::vector<Operand> operands;
  std::vector<ConditionNode> children;  ///< kAnd, kOr, kNot only.
};

}  // namespace lifeboat::dynamodb
