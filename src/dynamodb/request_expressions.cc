#include "dynamodb/request_expressions.h"

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

std::string Join(const std::vector<std::string_view>& names, std::string_view separator) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

std::vector<std::string_view> PresentOf(const json::Value& request,
                                        std::span<const std::string_view> names) {
  std::vector<std::string_view> present;
  for (const std::string_view name : names) {
    if (Present(request, name)) present.push_back(name);
  }
  return present;
}

template <class T, class Parse>
AwsResult<void> ParseInto(const json::Value& request, std::string_view name, std::optional<T>& into,
                          Parse parse) {
  const json::Value* text = Present(request, name);
  if (!text) return {};
  auto parsed = parse(text->as_string());
  if (!parsed) return parsed.error();
  into = *std::move(parsed);
  return {};
}

}  // namespace

AwsResult<void> CheckExpressionParameters(const json::Value& request,
                                          const ExpressionParameters& parameters) {
  const auto expressions = PresentOf(request, parameters.expressions);
  const auto legacy = PresentOf(request, parameters.legacy);
  if (!expressions.empty() && !legacy.empty()) {
    return errors::Validation(
        fmt::format("Can not use both expression and non-expression parameters in the same "
                    "request: Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                    Join(legacy, ", "), Join(expressions, ", ")));
  }
  if (expressions.empty() && Present(request, "ExpressionAttributeNames")) {
    return errors::Validation(
        "ExpressionAttributeNames can only be specified when using expressions");
  }
  if (!Present(request, "ExpressionAttributeValues")) return {};
  std::vector<std::string_view> with_values;
  for (const std::string_view name : parameters.expressions) {
    if (name != "ProjectionExpression") with_values.push_back(name);
  }
  const bool any = std::any_of(expressions.begin(), expressions.end(), [](std::string_view name) {
    return name != "ProjectionExpression";
  });
  if (any) return {};
  return errors::Validation(
      fmt::format("ExpressionAttributeValues can only be specified when using expressions: {} {} "
                  "null",
                  Join(with_values, " and "), with_values.size() > 1 ? "are" : "is"));
}

AwsResult<RequestExpressions> ParseExpressions(const json::Value& request, Wording wording) {
  auto made = SubstitutionsFromJson(Present(request, "ExpressionAttributeNames"),
                                    Present(request, "ExpressionAttributeValues"), wording);
  if (!made) return made.error();
  Substitutions& subs = *made;
  RequestExpressions all;
  const auto condition = [&](std::string_view kind) {
    return [&subs, kind](std::string_view text) { return Condition::Parse(kind, text, subs); };
  };
  if (auto r = ParseInto(request, "UpdateExpression", all.update,
                         [&](std::string_view text) { return Update::Parse(text, subs); });
      !r) {
    return r.error();
  }
  if (auto r = ParseInto(request, "ConditionExpression", all.condition,
                         condition("ConditionExpression"));
      !r) {
    return r.error();
  }
  if (auto r = ParseInto(request, "KeyConditionExpression", all.key_condition,
                         [&](std::string_view text) { return ParseKeyCondition(text, subs); });
      !r) {
    return r.error();
  }
  if (auto r = ParseInto(request, "FilterExpression", all.filter, condition("FilterExpression"));
      !r) {
    return r.error();
  }
  if (auto r = ParseInto(request, "ProjectionExpression", all.projection,
                         [&](std::string_view text) { return Projection::Parse(text, subs); });
      !r) {
    return r.error();
  }
  if (auto used = subs.CheckAllUsed(); !used) return used.error();
  return all;
}

AwsResult<std::optional<Projection>> ReadProjection(const json::Value& request) {
  if (Present(request, "AttributesToGet")) return ReadAttributesToGet(request);
  auto parsed = ParseExpressions(request);
  if (!parsed) return parsed.error();
  return std::move(parsed->projection);
}

AwsResult<std::optional<Projection>> ReadAttributesToGet(const json::Value& request) {
  const json::Value* asked = Present(request, "AttributesToGet");
  if (!asked) return std::optional<Projection>();
  std::vector<std::string> names;
  for (const json::Value& name : asked->as_array()) names.push_back(name.as_string());
  auto projection = Projection::FromNames(names);
  if (!projection) return projection.error();
  return std::optional<Projection>(*std::move(projection));
}

}  // namespace lifeboat::dynamodb
