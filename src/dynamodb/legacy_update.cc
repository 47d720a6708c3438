// AttributeUpdates, AttributesToGet, and what may not be mixed.
#include <fmt/format.h>

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/expression/update_action.h"
#include "dynamodb/legacy.h"

namespace lifeboat::dynamodb {
namespace {

bool Has(const json::Value& object, std::string_view member) {
  const json::Value* value = object.Find(member);
  return value != nullptr && !value->is_null();
}

bool IsSet(Type type) { return type == Type::kSS || type == Type::kNS || type == Type::kBS; }

AwsResult<UpdateAction> ReadUpdate(const std::string& name, const json::Value& structure) {
  const std::string action = Has(structure, "Action") ? structure.GetString("Action") : "PUT";
  UpdateAction result{.path = {PathElement{.name = name}}, .legacy = true};
  if (!Has(structure, "Value")) {
    if (action != "DELETE") {
      return errors::InvalidParameterValues(
          "Only DELETE action is allowed when no attribute value is specified");
    }
    result.kind = UpdateAction::Kind::kRemove;
    return result;
  }
  AwsResult<AttributeValue> value = FromJson(*structure.Find("Value"));
  if (!value.ok()) return value.error();
  const Type type = value->type();
  if (action == "DELETE" && !IsSet(type)) {
    return errors::InvalidParameterValues(
        fmt::format("DELETE action with value is not supported for the type {}", TypeName(type)));
  }
  if (action == "ADD" && !IsSet(type) && type != Type::kN && type != Type::kL) {
    return errors::InvalidParameterValues(
        fmt::format("ADD action is not supported for the type {}", TypeName(type)));
  }
  result.kind = action == "ADD"      ? UpdateAction::Kind::kAdd
                : action == "DELETE" ? UpdateAction::Kind::kDelete
                                     : UpdateAction::Kind::kSet;
  result.value = {.kind = SetValue::Kind::kValue,
                  .value = std::make_shared<const AttributeValue>(*std::move(value))};
  return result;
}

AwsResult<void> CheckActions(const json::Value& updates) {
  if (!updates.is_object()) return errors::Serialization("Unexpected field type");
  std::vector<std::string> violations;
  for (const auto& [name, structure] : updates.as_object()) {
    if (!structure.is_object()) return errors::Serialization("Unexpected value type in payload");
    if (!Has(structure, "Action")) continue;
    const std::string& action = structure.GetString("Action");
    if (action == "ADD" || action == "DELETE" || action == "PUT") continue;
    violations.push_back(
        fmt::format("Value '{}' at 'attributeUpdates.{}.member.action' failed to satisfy "
                    "constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]",
                    action, name));
  }
  if (violations.empty()) return {};
  return errors::ConstraintViolations(violations);
}

}  // namespace

AwsResult<void> CheckExpressionParameters(const json::Value& request,
                                          std::initializer_list<std::string_view> expressions,
                                          std::initializer_list<std::string_view> legacy,
                                          Wording wording) {
  std::vector<std::string_view> used;
  for (const std::string_view name : expressions) {
    if (Has(request, name)) used.push_back(name);
  }
  std::vector<std::string_view> mixed;
  for (const std::string_view name : legacy) {
    const bool allowed = name == "KeyConditions" && !Has(request, "KeyConditionExpression");
    if (!used.empty() && !allowed && Has(request, name)) mixed.push_back(name);
  }
  if (!mixed.empty()) {
    return errors::Validation(fmt::format(
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
        fmt::join(mixed, ", "), fmt::join(used, ", ")));
  }
  if (used.empty() && Has(request, "ExpressionAttributeNames")) {
    return errors::Validation(
        "ExpressionAttributeNames can only be specified when using expressions");
  }
  // A projection has no values.
  std::vector<std::string_view> with_values(expressions);
  std::erase(with_values, "ProjectionExpression");
  const bool can_use = std::any_of(with_values.begin(), with_values.end(),
                                   [&](std::string_view name) { return Has(request, name); });
  if (can_use || with_values.empty() || !Has(request, "ExpressionAttributeValues")) return {};
  std::string message = "ExpressionAttributeValues can only be specified when using expressions";
  if (wording == Wording::kOlder) {
    message += fmt::format(": {} {} null", fmt::join(with_values, " and "),
                           with_values.size() > 1 ? "are" : "is");
  }
  return errors::Validation(std::move(message));
}

AwsResult<void> CheckLegacyName(std::string_view name) {
  constexpr size_t kMaxNameBytes = 65535;
  if (name.empty()) return errors::Validation("Empty attribute name");
  if (name.size() <= kMaxNameBytes) return {};
  return errors::InvalidParameterValues(
      "Attribute name is too large, must be less than 65536 bytes");
}

AwsResult<Update> UpdateFromAttributeUpdates(const json::Value& request) {
  std::vector<UpdateAction> actions;
  if (Has(request, "AttributeUpdates")) {
    const json::Value& updates = *request.Find("AttributeUpdates");
    if (AwsResult<void> r = CheckActions(updates); !r.ok()) return r.error();
    for (const auto& [name, structure] : updates.as_object()) {
      if (AwsResult<void> r = CheckLegacyName(name); !r.ok()) return r.error();
      AwsResult<UpdateAction> action = ReadUpdate(name, structure);
      if (!action.ok()) return action.error();
      actions.push_back(*std::move(action));
    }
  }
  return Update::FromActions(std::move(actions));
}

AwsResult<std::optional<Projection>> ProjectionFromAttributesToGet(const json::Value& request) {
  constexpr size_t kMaxNames = 255;
  if (!Has(request, "AttributesToGet")) return std::optional<Projection>();
  const json::Value& list = *request.Find("AttributesToGet");
  json::Object as_value;  // A list of strings has the types of a value's SS.
  as_value.Append("SS", list);
  if (AwsResult<void> r = CheckShape(as_value); !r.ok()) return r.error();
  std::vector<std::string> names;
  for (const json::Value& name : list.as_array()) names.push_back(name.as_string());
  const auto refuse = [&](std::string_view constraint) {
    return errors::ConstraintViolations(
        {fmt::format("Value '[{}]' at 'attributesToGet' failed to satisfy constraint: Member must "
                     "have length {}",
                     fmt::join(names, ", "), constraint)});
  };
  if (names.empty()) return refuse("greater than or equal to 1");
  if (names.size() > kMaxNames) return refuse("less than or equal to 255");
  for (const std::string& name : names)
    if (AwsResult<void> r = CheckLegacyName(name); !r.ok()) return r.error();
  AwsResult<Projection> projection = Projection::FromNames(names);
  if (!projection.ok()) return projection.error();
  return std::optional<Projection>(*std::move(projection));
}

}  // namespace lifeboat::dynamodb
