// A key condition has the grammar of all conditions, and AWS then refuses what an index cannot
// answer.
#include <fmt/format.h>

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/expression/condition_parser.h"

namespace lifeboat::dynamodb {
namespace {

using Kind = ConditionNode::Kind;

constexpr std::string_view kKind = "KeyConditionExpression";

AwsError InvalidOperator(std::string_view name) {
  return errors::Validation(
      fmt::format("Invalid operator used in KeyConditionExpression: {}", name));
}

AwsError InvalidCondition(std::string_view why) {
  return errors::Validation(fmt::format("Invalid condition in KeyConditionExpression: {}", why));
}

AwsError MustHaveKeyFirst(std::string_view name) {
  return InvalidCondition(
      fmt::format("{} operator must have the key attribute as its first operand", name));
}

// The operator for the attribute on the left when it was written on the right.
Kind Mirror(Kind kind) {
  switch (kind) {
    case Kind::kLess:
      return Kind::kGreater;
    case Kind::kLessEqual:
      return Kind::kGreaterEqual;
    case Kind::kGreater:
      return Kind::kLess;
    case Kind::kGreaterEqual:
      return Kind::kLessEqual;
    default:
      return kind;
  }
}

KeyBound::Op OpOf(Kind kind) {
  switch (kind) {
    case Kind::kLess:
      return KeyBound::Op::kLess;
    case Kind::kLessEqual:
      return KeyBound::Op::kLessEqual;
    case Kind::kGreater:
      return KeyBound::Op::kGreater;
    case Kind::kGreaterEqual:
      return KeyBound::Op::kGreaterEqual;
    case Kind::kBetween:
      return KeyBound::Op::kBetween;
    case Kind::kFunction:
      return KeyBound::Op::kBeginsWith;
    default:
      return KeyBound::Op::kEqual;
  }
}

// Refuses operators that no key condition may have.
AwsResult<void> CheckOperator(const ConditionNode& node) {
  if (node.kind == Kind::kOr) return InvalidOperator("OR");
  if (node.kind == Kind::kNot) return InvalidOperator("NOT");
  if (node.kind == Kind::kIn) return InvalidOperator("IN");
  if (node.kind == Kind::kNotEqual) return InvalidOperator("<>");
  if (node.kind == Kind::kFunction && node.operands[0].function != Function::kBeginsWith) {
    return InvalidOperator(expression::NameOf(node.operands[0].function));
  }
  return {};
}

// Exactly one operand must be a path, and that a top-level attribute; gives its place.
AwsResult<size_t> FindKey(const std::vector<Operand>& operands) {
  std::optional<size_t> key;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].kind == Operand::Kind::kFunction) {
      return expression::InvalidExpression(
          kKind, "KeyConditionExpressions cannot contain nested operations");
    }
    if (operands[i].kind != Operand::Kind::kPath) continue;
    if (key) return InvalidCondition("Multiple attribute names used in one condition");
    if (operands[i].path.size() > 1) {
      return expression::InvalidExpression(
          kKind, "KeyConditionExpressions cannot have conditions on nested attributes");
    }
    key = i;
  }
  if (!key) return InvalidCondition("No key attribute specified");
  return *key;
}

AwsResult<KeyBound> ToBound(const ConditionNode& node) {
  if (AwsResult<void> r = CheckOperator(node); !r.ok()) return r.error();
  const bool is_function = node.kind == Kind::kFunction;
  const std::vector<Operand>& operands = is_function ? node.operands[0].arguments : node.operands;
  const bool key_first = operands[0].kind == Operand::Kind::kPath;
  if (is_function && !key_first) return MustHaveKeyFirst("begins_with");
  if (node.kind == Kind::kBetween && !key_first) return MustHaveKeyFirst("BETWEEN");
  const AwsResult<size_t> key = FindKey(operands);
  if (!key.ok()) return key.error();
  KeyBound bound;
  bound.attribute = operands[*key].path[0].name;
  bound.op = OpOf(*key == 0 ? node.kind : Mirror(node.kind));
  bound.value = *operands[*key == 0 ? 1 : 0].value;
  if (node.kind == Kind::kBetween) bound.upper = *operands[2].value;
  return bound;
}

AwsResult<void> Collect(const ConditionNode& node, std::vector<KeyBound>& bounds) {
  if (node.kind == Kind::kAnd) {
    for (const ConditionNode& child : node.children) {
      if (AwsResult<void> r = Collect(child, bounds); !r.ok()) return r;
    }
    return {};
  }
  AwsResult<KeyBound> bound = ToBound(node);
  if (!bound.ok()) return bound.error();
  for (const KeyBound& other : bounds) {
    if (other.attribute == bound->attribute) {
      return expression::InvalidExpression(
          kKind, "KeyConditionExpressions must only contain one condition per key");
    }
  }
  bounds.push_back(*std::move(bound));
  return {};
}

}  // namespace

AwsResult<std::vector<KeyBound>> ParseKeyCondition(std::string_view text, Substitutions& subs) {
  const AwsResult<ConditionNode> root = expression::ConditionParser::Parse(kKind, text, subs);
  if (!root.ok()) return root.error();
  std::vector<KeyBound> bounds;
  if (AwsResult<void> r = Collect(*root, bounds); !r.ok()) return r.error();
  return bounds;
}

}  // namespace lifeboat::dynamodb
