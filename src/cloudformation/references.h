// Who names whom in a template: for the check that every name is there, and for the order in which
// resources are made.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cloudformation/template.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

/// The value of each condition of a template.
using ConditionValues = std::map<std::string, bool, std::less<>>;

/// What a value refers to.
struct References {
  std::set<std::string> names;              ///< By Ref, and by ${Name} of Fn::Sub.
  std::set<std::string> attributes;         ///< Logical ids by Fn::GetAtt and ${Name.Attribute}.
  std::set<std::string> conditions;         ///< By Fn::If and Condition.
  std::vector<const json::Value*> maps;     ///< Arguments of Fn::FindInMap,
  std::vector<const json::Value*> imports;  ///< and of Fn::ImportValue, inside the value.
  std::vector<std::string> unknown_functions;
};
/// With `conditions`, only the branch of an Fn::If that they choose is looked at.
References FindReferences(const json::Value& value, const ConditionValues* conditions = nullptr);

/// `${a}` and `${a.b}` of an Fn::Sub text in order; `${!literal}` is not one.
std::vector<std::string> FindSubVariables(std::string_view text);

/// The first `{{resolve:...}}` in any text of the value (User Guide, "Dynamic references").
std::optional<std::string> FindDynamicReference(const json::Value& value);

/// Every Ref, Fn::GetAtt, Fn::Sub, DependsOn, Condition and Fn::If names something of the template,
/// and no function is used that is not supported.
Status CheckReferences(const Template& checked);

/// For each resource whose condition holds, those that must be complete before it. The error is a
/// circle.
Result<std::map<std::string, std::set<std::string>>> FindDependencies(
    const Template& checked, const ConditionValues& conditions);

/// True when a pseudo parameter has that name.
bool IsPseudoParameter(std::string_view name);

}  // namespace lifeboat::cloudformation
