// Expected, QueryFilter, ScanFilter and KeyConditions: comparison operators with lists of values.
#include <fmt/format.h>

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/expression/operand.h"
#include "dynamodb/expression/ordering.h"
#include "dynamodb/legacy.h"

namespace lifeboat::dynamodb {
namespace {

using Kind = ConditionNode::Kind;

// Which types the values of an operator may have.
enum class Operands { kAny, kScalars, kStringOrBinary };

constexpr size_t kAnyNumber = ~size_t{0};  // At least one.

struct Operator {
  std::string_view name;
  size_t values;
  Operands operands;
  Kind kind;  // kFunction where `function` says more.
  Function function = Function::kSize;
};

constexpr Operator kOperators[] = {
    {"IN", kAnyNumber, Operands::kScalars, Kind::kIn},
    {"NULL", 0, Operands::kAny, Kind::kFunction, Function::kAttributeNotExists},
    {"BETWEEN", 2, Operands::kScalars, Kind::kBetween},
    {"LT", 1, Operands::kScalars, Kind::kLess},
    {"NOT_CONTAINS", 1, Operands::kScalars, Kind::kNot, Function::kContains},
    {"EQ", 1, Operands::kAny, Kind::kEqual},
    {"GT", 1, Operands::kScalars, Kind::kGreater},
    {"NOT_NULL", 0, Operands::kAny, Kind::kFunction, Function::kAttributeExists},
    {"NE", 1, Operands::kAny, Kind::kNotEqual},
    {"LE", 1, Operands::kScalars, Kind::kLessEqual},
    {"BEGINS_WITH", 1, Operands::kStringOrBinary, Kind::kFunction, Function::kBeginsWith},
    {"GE", 1, Operands::kScalars, Kind::kGreaterEqual},
    {"CONTAINS", 1, Operands::kScalars, Kind::kFunction, Function::kContains},
};

const Operator* FindOperator(std::string_view name) {
  for (const Operator& op : kOperators) {
    if (op.name == name) return &op;
  }
  return nullptr;
}

std::string OperatorNames() {
  std::string names;
  for (const Operator& op : kOperators) {
    if (!names.empty()) names += ", ";
    names += op.name;
  }
  return names;
}

// One condition on one attribute, read and checked.
struct Comparison {
  const Operator* op = nullptr;
  std::vector<AttributeValue> values;
};

bool Allows(Operands operands, Type type) {
  if (operands == Operands::kAny) return true;
  if (type == Type::kN) return operands == Operands::kScalars;
  return type == Type::kS || type == Type::kB;
}

AwsResult<void> CheckValues(const Comparison& comparison) {
  const Operator& op = *comparison.op;
  const std::vector<AttributeValue>& values = comparison.values;
  if (op.values == kAnyNumber ? values.empty() : values.size() != op.values) {
    return errors::InvalidParameterValues(
        fmt::format("Invalid number of argument(s) for the {} ComparisonOperator", op.name));
  }
  for (const AttributeValue& value : values) {
    if (value.type() != values[0].type()) {
      return errors::InvalidParameterValues(
          "AttributeValues inside AttributeValueList must be of same type");
    }
    if (!Allows(op.operands, value.type())) {
      return errors::InvalidParameterValues(
          fmt::format("ComparisonOperator {} is not valid for {} AttributeValue type", op.name,
                      TypeName(value.type())));
    }
  }
  if (op.kind == Kind::kBetween && expression::Compare(values[1], values[0]) < 0) {
    return errors::Validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper "
        "bound");
  }
  return {};
}

AwsResult<std::vector<AttributeValue>> ReadValues(const json::Value& list, Wording wording) {
  std::vector<AttributeValue> values;
  for (const json::Value& element : list.as_array()) {
    AwsResult<AttributeValue> value = FromJson(element, wording);
    if (!value.ok()) return value.error();
    values.push_back(*std::move(value));
  }
  return values;
}

bool Has(const json::Value& object, std::string_view member) {
  const json::Value* value = object.Find(member);
  return value != nullptr && !value->is_null();
}

// The JSON types of a map of structures; `shape` is AWS's name for one.
AwsResult<void> CheckStructures(const json::Value& map, std::string_view shape) {
  if (!map.is_object()) {
    return errors::Serialization(
        map.is_array() ? fmt::format("Unrecognized collection type java.util.Map<java.lang.String, "
                                     "com.amazonaws.dynamodb.v20120810.{}>",
                                     shape)
                       : "Unexpected field type");
  }
  for (const auto& [name, structure] : map.as_object()) {
    if (structure.is_array()) {
      return errors::Serialization(fmt::format(
          "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{}", shape));
    }
    if (!structure.is_object()) return errors::Serialization("Unexpected value type in payload");
    // A list of attribute values has the types of a value's L.
    if (Has(structure, "AttributeValueList")) {
      json::Object as_value;
      as_value.Append("L", *structure.Find("AttributeValueList"));
      if (AwsResult<void> r = CheckShape(as_value); !r.ok()) return r;
    }
    if (Has(structure, "Value")) {
      if (AwsResult<void> r = CheckShape(*structure.Find("Value")); !r.ok()) return r;
    }
  }
  return {};
}

// `Value 'x' at 'scanFilter.a.member.comparisonOperator' failed ...` for operators that there are
// not, and for missing ones where they are required.
AwsResult<void> CheckOperators(const json::Value& map, std::string_view parameter, bool required) {
  std::vector<std::string> violations;
  for (const auto& [name, structure] : map.as_object()) {
    const std::string at =
        fmt::format("{}{}.{}.member.comparisonOperator",
                    static_cast<char>(parameter[0] - 'A' + 'a'), parameter.substr(1), name);
    if (!Has(structure, "ComparisonOperator")) {
      if (!required) continue;
      violations.push_back(fmt::format(
          "Value null at '{}' failed to satisfy constraint: Member must not be null", at));
    } else if (!FindOperator(structure.GetString("ComparisonOperator"))) {
      violations.push_back(
          fmt::format("Value '{}' at '{}' failed to satisfy constraint: Member must satisfy enum "
                      "value set: [{}]",
                      structure.GetString("ComparisonOperator"), at, OperatorNames()));
    }
  }
  if (violations.empty()) return {};
  return errors::ConstraintViolations(violations);
}

AwsResult<void> CheckConditionalOperator(const json::Value& request,
                                         const json::Value* conditions) {
  if (!Has(request, "ConditionalOperator")) return {};
  if (conditions == nullptr) {
    return errors::Validation("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (conditions->as_object().size() < 2) {
    return errors::Validation(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
  return {};
}

AwsResult<Comparison> ReadComparison(const json::Value& structure, Wording wording) {
  Comparison comparison{.op = FindOperator(structure.GetString("ComparisonOperator"))};
  Check(comparison.op != nullptr, "operators have been checked");
  if (Has(structure, "AttributeValueList")) {
    AwsResult<std::vector<AttributeValue>> values =
        ReadValues(*structure.Find("AttributeValueList"), wording);
    if (!values.ok()) return values.error();
    comparison.values = *std::move(values);
  } else if (Has(structure, "Value")) {
    AwsResult<AttributeValue> value = FromJson(*structure.Find("Value"), wording);
    if (!value.ok()) return value.error();
    comparison.values.push_back(*std::move(value));
  }
  if (AwsResult<void> r = CheckValues(comparison); !r.ok()) return r.error();
  return comparison;
}

// The rules of Expected, which also has an older form: Value and Exists without an operator.
AwsResult<Comparison> ReadExpected(const std::string& name, const json::Value& expected,
                                   Wording wording) {
  const auto refuse = [&](std::string_view why) {
    return errors::InvalidParameterValues(fmt::format("{} for Attribute: {}", why, name));
  };
  const bool has_value = Has(expected, "Value");
  const bool has_list = Has(expected, "AttributeValueList");
  const bool has_exists = Has(expected, "Exists");
  if (has_value && has_list) return refuse("Value and AttributeValueList cannot be used together");
  if (Has(expected, "ComparisonOperator")) {
    const std::string& op = expected.GetString("ComparisonOperator");
    if (has_exists) return refuse("Exists and ComparisonOperator cannot be used together");
    if (!has_value && !has_list && op != "NULL" && op != "NOT_NULL") {
      return refuse(
          fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {}", op));
    }
    return ReadComparison(expected, wording);
  }
  if (has_list) return refuse("AttributeValueList can only be used with a ComparisonOperator");
  const bool exists = !has_exists || expected.Find("Exists")->as_bool();
  if (exists && !has_value) {
    return refuse(
        fmt::format("Value must be provided when Exists is {}", has_exists ? "true" : "null"));
  }
  if (!exists && has_value) return refuse("Value cannot be used when Exists is false");
  if (!exists) return Comparison{.op = FindOperator("NULL")};
  AwsResult<AttributeValue> value = FromJson(*expected.Find("Value"), wording);
  if (!value.ok()) return value.error();
  return Comparison{.op = FindOperator("EQ"), .values = {*std::move(value)}};
}

Operand PathTo(const std::string& name) {
  return {.kind = Operand::Kind::kPath, .path = {PathElement{.name = name}}};
}

ConditionNode Call(Function function, const std::string& name, std::vector<Operand> values) {
  Operand call{.kind = Operand::Kind::kFunction, .function = function};
  call.arguments.push_back(PathTo(name));
  std::move(values.begin(), values.end(), std::back_inserter(call.arguments));
  ConditionNode node{.kind = Kind::kFunction};
  node.operands.push_back(std::move(call));
  return node;
}

ConditionNode ToNode(const std::string& name, Comparison comparison) {
  std::vector<Operand> operands;
  for (AttributeValue& value : comparison.values) {
    operands.push_back({.kind = Operand::Kind::kValue,
                        .value = std::make_shared<const AttributeValue>(std::move(value))});
  }
  const Operator& op = *comparison.op;
  if (op.kind == Kind::kFunction) return Call(op.function, name, std::move(operands));
  if (op.kind == Kind::kNot) {
    // NOT_CONTAINS of an attribute that is not there is false, too.
    ConditionNode contains{.kind = Kind::kNot};
    contains.children.push_back(Call(op.function, name, std::move(operands)));
    ConditionNode both{.kind = Kind::kAnd};
    both.children.push_back(Call(Function::kAttributeExists, name, {}));
    both.children.push_back(std::move(contains));
    return both;
  }
  operands.insert(operands.begin(), PathTo(name));
  return {.kind = op.kind, .operands = std::move(operands)};
}

// Reads all conditions of a parameter with `read(name, structure)` and joins them.
template <class Read>
AwsResult<std::optional<Condition>> Join(const json::Value& request, std::string_view parameter,
                                         Read read) {
  const bool given = Has(request, parameter);
  const json::Value* conditions = given ? request.Find(parameter) : nullptr;
  const bool expected = parameter == "Expected";
  if (given) {
    if (AwsResult<void> r =
            CheckStructures(*conditions, expected ? "ExpectedAttributeValue" : "Condition");
        !r.ok()) {
      return r.error();
    }
    if (AwsResult<void> r = CheckOperators(*conditions, parameter, !expected); !r.ok()) {
      return r.error();
    }
  }
  if (AwsResult<void> r = CheckConditionalOperator(request, conditions); !r.ok()) return r.error();
  if (!given || conditions->as_object().empty()) return std::optional<Condition>();
  ConditionNode all{.kind =
                        request.GetString("ConditionalOperator") == "OR" ? Kind::kOr : Kind::kAnd};
  for (const auto& [name, structure] : conditions->as_object()) {
    if (AwsResult<void> r = CheckLegacyName(name); !r.ok()) return r.error();
    AwsResult<Comparison> comparison = read(name, structure);
    if (!comparison.ok()) return comparison.error();
    all.children.push_back(ToNode(name, *std::move(comparison)));
  }
  return std::optional<Condition>(Condition::FromNode(std::move(all)));
}

std::optional<KeyBound::Op> KeyOp(const Operator& op) {
  switch (op.kind) {
    case Kind::kEqual:
      return KeyBound::Op::kEqual;
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
    default:
      if (op.function == Function::kBeginsWith) return KeyBound::Op::kBeginsWith;
      return std::nullopt;
  }
}

}  // namespace

AwsResult<std::optional<Condition>> ConditionFromExpected(const json::Value& request,
                                                          Wording wording) {
  return Join(request, "Expected", [&](const std::string& name, const json::Value& structure) {
    return ReadExpected(name, structure, wording);
  });
}

AwsResult<std::optional<Condition>> ConditionFromFilter(const json::Value& request,
                                                        std::string_view parameter,
                                                        Wording wording) {
  return Join(request, parameter, [&](const std::string&, const json::Value& structure) {
    return ReadComparison(structure, wording);
  });
}

AwsResult<std::vector<KeyBound>> KeyBoundsFromKeyConditions(const json::Value& request,
                                                            Wording wording) {
  constexpr std::string_view kParameter = "KeyConditions";
  const json::Value* conditions = request.Find(kParameter);
  Check(conditions != nullptr, "the request has KeyConditions");
  if (AwsResult<void> r = CheckStructures(*conditions, "Condition"); !r.ok()) return r.error();
  if (AwsResult<void> r = CheckOperators(*conditions, kParameter, true); !r.ok()) return r.error();
  std::vector<KeyBound> bounds;
  bool indexable = true;
  for (const auto& [name, structure] : conditions->as_object()) {
    if (AwsResult<void> r = CheckLegacyName(name); !r.ok()) return r.error();
    AwsResult<Comparison> comparison = ReadComparison(structure, wording);
    if (!comparison.ok()) return comparison.error();
    const std::optional<KeyBound::Op> op = KeyOp(*comparison->op);
    indexable = indexable && op.has_value();
    if (!op) continue;
    KeyBound bound{.attribute = name, .op = *op, .value = std::move(comparison->values[0])};
    if (*op == KeyBound::Op::kBetween) bound.upper = std::move(comparison->values[1]);
    bounds.push_back(std::move(bound));
  }
  if (conditions->as_object().empty()) {
    return errors::Validation("Conditions can be of length 1 or 2 only");
  }
  if (!indexable) {
    return errors::Validation("Attempted conditional constraint is not an indexable operation");
  }
  return bounds;
}

AwsResult<void> CheckKeyConditionCount(size_t conditions, size_t key_attributes) {
  if (conditions <= std::max<size_t>(key_attributes, 2)) return {};
  return errors::Validation("Conditions can be of length 1 or 2 only");
}

}  // namespace lifeboat::dynamodb
