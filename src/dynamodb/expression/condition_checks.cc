#include "dynamodb/expression/condition_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "dynamodb/expression/ordering.h"

namespace lifeboat::dynamodb::expression {
namespace {

struct FunctionForm {
  std::string_view name;
  Function function;
  size_t arguments;
};

constexpr FunctionForm kFunctions[] = {
    {"attribute_exists", Function::kAttributeExists, 1},
    {"attribute_not_exists", Function::kAttributeNotExists, 1},
    {"attribute_type", Function::kAttributeType, 2},
    {"begins_with", Function::kBeginsWith, 2},
    {"contains", Function::kContains, 2},
    {"size", Function::kSize, 1},
};

const FunctionForm& FormOf(Function function) { return kFunctions[static_cast<size_t>(function)]; }

// The type that an operand has whatever the item holds; nullopt for paths.
std::optional<Type> StaticType(const Operand& operand) {
  if (operand.kind == Operand::Kind::kValue && operand.value) return operand.value->type();
  if (operand.kind == Operand::Kind::kFunction) return Type::kN;  // Only size may stand here.
  return std::nullopt;
}

// `{S:dog}`, as AWS prints values in refusals.
std::string Describe(const AttributeValue& value) {
  std::string text;
  if (const auto* s = value.If<std::string>()) text = *s;
  if (const auto* n = value.If<Number>()) text = n->ToString();
  if (const auto* b = value.If<Binary>()) text = Base64Encode(b->bytes);
  return fmt::format("{{{}:{}}}", TypeName(value.type()), text);
}

void CheckDistinct(std::string_view name, const std::vector<Operand>& operands,
                   ClauseFindings& findings) {
  if (operands.empty() || operands[0].kind != Operand::Kind::kPath) return;
  const Path& first = operands[0].path;
  for (size_t i = 1; i < operands.size(); ++i) {
    if (operands[i].kind != Operand::Kind::kPath || operands[i].path != first) continue;
    findings.Note(
        ClausePass::kDistinct,
        fmt::format("The first operand must be distinct from the remaining operands for this "
                    "operator or function; operator: {}, first operand: {}",
                    name, ToMessageText(first)));
    return;
  }
}

// Refuses the first operand whose type is known and not among `allowed`.
void CheckTypes(std::string_view name, const std::vector<Operand>& operands,
                std::initializer_list<Type> allowed, ClauseFindings& findings) {
  for (const Operand& operand : operands) {
    const std::optional<Type> type = StaticType(operand);
    if (!type || std::find(allowed.begin(), allowed.end(), *type) != allowed.end()) continue;
    findings.Note(ClausePass::kOperandType, WrongOperandType(name, TypeName(*type)));
    return;
  }
}

void CheckAttributeType(const Operand& type, ClauseFindings& findings) {
  const std::optional<Type> actual = StaticType(type);
  if (actual != Type::kS) {
    findings.Note(ClausePass::kOperandType,
                  WrongOperandType("attribute_type",
                                   actual ? TypeName(*actual) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
    return;
  }
  const std::string& name = *type.value->If<std::string>();
  if (TypeNamed(name)) return;
  findings.Note(ClausePass::kOperandType,
                fmt::format("Invalid attribute type name found; type: {}, valid types: "
                            "{{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}",
                            name));
}

void CheckBounds(const std::vector<Operand>& operands, ClauseFindings& findings) {
  const AttributeValue* lower = operands[1].value.get();
  const AttributeValue* upper = operands[2].value.get();
  if (lower == nullptr || upper == nullptr) return;
  std::string_view rule;
  if (lower->type() != upper->type()) {
    rule = "requires same data type for lower and upper bounds";
  } else if (Compare(*upper, *lower) == std::partial_ordering::less) {
    rule = "requires upper bound to be greater than or equal to lower bound";
  }
  if (rule.empty()) return;
  findings.Note(
      ClausePass::kOperandType,
      fmt::format("The BETWEEN operator {}; lower bound operand: AttributeValue: {}, upper bound "
                  "operand: AttributeValue: {}",
                  rule, Describe(*lower), Describe(*upper)));
}

}  // namespace

std::optional<Function> FunctionNamed(std::string_view name) {
  for (const FunctionForm& form : kFunctions) {
    if (form.name == name) return form.function;
  }
  return std::nullopt;
}

std::string_view NameOf(Function function) { return FormOf(function).name; }

std::string WrongOperandCount(std::string_view name, size_t count) {
  return fmt::format(
      "Incorrect number of operands for operator or function; operator or function: {}, number of "
      "operands: {}",
      name, count);
}

std::string WrongOperandType(std::string_view name, std::string_view type) {
  return fmt::format(
      "Incorrect operand type for operator or function; operator or function: {}, operand type: {}",
      name, type);
}

std::string WrongFunctionUse(std::string_view name) {
  return fmt::format(
      "The function is not allowed to be used this way in an expression; function: {}", name);
}

void CheckFunction(const Operand& operand, ClauseFindings& findings) {
  const FunctionForm& form = FormOf(operand.function);
  const std::vector<Operand>& arguments = operand.arguments;
  if (arguments.size() != form.arguments) {
    findings.Note(ClausePass::kOperandCount, WrongOperandCount(form.name, arguments.size()));
    return;
  }
  CheckDistinct(form.name, arguments, findings);
  switch (operand.function) {
    case Function::kAttributeExists:
    case Function::kAttributeNotExists:
      if (arguments[0].kind == Operand::Kind::kPath) return;
      findings.Note(ClausePass::kOperandType,
                    fmt::format("Operator or function requires a document path; operator or "
                                "function: {}",
                                form.name));
      return;
    case Function::kAttributeType:
      return CheckAttributeType(arguments[1], findings);
    case Function::kBeginsWith:
      return CheckTypes(form.name, arguments, {Type::kS, Type::kB}, findings);
    case Function::kContains:
      return;
    case Function::kSize:
      return CheckTypes(form.name, arguments,
                        {Type::kS, Type::kB, Type::kM, Type::kL, Type::kSS, Type::kNS, Type::kBS},
                        findings);
  }
}

void CheckComparison(ConditionNode::Kind kind, std::string_view op,
                     const std::vector<Operand>& operands, ClauseFindings& findings) {
  if (kind == ConditionNode::Kind::kIn && operands.size() > kMaxInOperands) {
    findings.Note(ClausePass::kOperandCount, WrongOperandCount(op, operands.size()));
  }
  CheckDistinct(op, operands, findings);
  if (kind == ConditionNode::Kind::kEqual || kind == ConditionNode::Kind::kNotEqual ||
      kind == ConditionNode::Kind::kIn) {
    return;
  }
  CheckTypes(op, operands, {Type::kS, Type::kN, Type::kB}, findings);
  if (kind == ConditionNode::Kind::kBetween) CheckBounds(operands, findings);
}

}  // namespace lifeboat::dynamodb::expression
