// What AWS checks of the operands of one condition before it looks at any item.
#pragma once

#include <optional>
#include <string_view>

#include "dynamodb/expression/findings.h"
#include "dynamodb/expression/operand.h"

namespace lifeboat::dynamodb::expression {

/// AWS's passes over one condition, in order.
enum class ClausePass { kUndefined, kOperandCount, kDistinct, kOperandType };
using ClauseFindings = Findings<ClausePass>;

std::optional<Function> FunctionNamed(std::string_view name);
std::string_view NameOf(Function function);

/// Arguments of `operand`, which is a function.
void CheckFunction(const Operand& operand, ClauseFindings& findings);
/// Operands of a comparator, BETWEEN or IN; `op` as it is written.
void CheckComparison(ConditionNode::Kind kind, std::string_view op,
                     const std::vector<Operand>& operands, ClauseFindings& findings);
/// `Incorrect number of operands ...`
std::string WrongOperandCount(std::string_view name, size_t count);
/// `Incorrect operand type ...`
std::string WrongOperandType(std::string_view name, std::string_view type);
/// `The function is not allowed to be used this way ...`
std::string WrongFunctionUse(std::string_view name);

}  // namespace lifeboat::dynamodb::expression
