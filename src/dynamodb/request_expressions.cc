#include "dynamodb/request_expressions.h"

#include "dynamodb/errors.h"
#include "dynamodb/legacy.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

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
  if (Present(request, "AttributesToGet")) {
    return ProjectionFromAttributesToGet(request);
  }
  auto parsed = ParseExpressions(request);
  if (!parsed) return parsed.error();
  return std::move(parsed->projection);
}

}  // namespace lifeboat::dynamodb
