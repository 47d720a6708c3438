// The intrinsic functions (Template Reference, "Intrinsic function reference"): values with
// functions in, plain values out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cloudformation/references.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

/// What names mean while a value is evaluated.
struct Scope {
  std::string region;
  std::string account;
  std::string stack_name;
  std::string stack_id;
  /// Resolved parameters: text, or a list of texts.
  const std::map<std::string, json::Value>* parameters = nullptr;
  const ConditionValues* conditions = nullptr;
  const json::Object* mappings = nullptr;
  /// Ref of a resource that is complete; nullopt when there is none of that name.
  std::function<std::optional<std::string>(std::string_view logical_id)> physical_id;
  /// Fn::GetAtt; nullopt when the resource has no such attribute.
  std::function<std::optional<json::Value>(std::string_view logical_id, std::string_view name)>
      attribute;
  /// Fn::ImportValue; nullopt when nothing is exported under that name.
  std::function<std::optional<std::string>(std::string_view name)> import;
};

/// nullopt is AWS::NoValue: the member or element is left out. The error's message is what a
/// resource or stack fails with.
Result<std::optional<json::Value>> Evaluate(const json::Value& value, const Scope& scope);

/// Evaluates the Conditions section, each condition once and after those that it names.
Result<ConditionValues> EvaluateConditions(const json::Object& conditions, const Scope& scope);

/// The function and its argument when `object` is a call: one member, `Ref`, `Condition` or
/// `Fn::...`.
const json::Object::Member* AsIntrinsic(const json::Object& object);
bool IsSupportedIntrinsic(std::string_view name);

/// A scalar as functions see it: numbers and booleans are text.
std::optional<std::string> ScalarText(const json::Value& value);

}  // namespace lifeboat::cloudformation
