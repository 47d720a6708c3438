// Query: items of one partition of a table or an index, in key order.
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/errors.h"
#include "dynamodb/operation.h"
#include "dynamodb/page.h"
#include "dynamodb/request_expressions.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr Shape kLimit{.kind = Shape::Kind::kInteger, .min = 1, .generic = true};
constexpr Member kMembers[] = {
    {"Limit", &kLimit},
    {"ExclusiveStartKey", &shapes::kItem},
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"AttributesToGet", &shapes::kAttributesToGet},
    {"QueryFilter", &shapes::kLegacyConditions},
    {"Select", &shapes::kSelect},
    {"ConditionalOperator", &shapes::kConditionalOperator},
    {"KeyConditions", &shapes::kLegacyConditions},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ConsistentRead", &shapes::kBoolean},
    {"IndexName", &shapes::kIndexName},
    {"ScanIndexForward", &shapes::kBoolean},
    {"KeyConditionExpression", &shapes::kString},
    {"FilterExpression", &shapes::kString},
    {"ProjectionExpression", &shapes::kString},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ExpressionAttributeNames", &shapes::kStringMap},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "QueryInput", .members = kMembers};

constexpr std::string_view kExpressions[] = {"ProjectionExpression", "FilterExpression",
                                             "KeyConditionExpression"};
constexpr std::string_view kLegacy[] = {"AttributesToGet", "QueryFilter", "ConditionalOperator",
                                        "KeyConditions"};

AwsResult<void> CheckFilterKeys(const ReadTarget& target, const PageRequest& page) {
  if (!page.filter.expression) return {};
  const std::set<std::string> read = page.filter.expression->TopLevelNames();
  for (const KeyAttribute& key : target.keys().All()) {
    if (read.contains(key.name)) {
      return errors::Validation(
          "Filter Expression can only contain non-primary key attributes: Primary key attribute: " +
          key.name);
    }
  }
  return {};
}

AwsResult<void> SetStart(const ReadTarget& target, const std::vector<KeyBound>& bounds,
                         const std::optional<Item>& start, PageRequest& page) {
  if (!start) return {};
  const auto key = start->size() == target.start_key_attributes().size() ? target.EntryKey(*start)
                                                                         : std::nullopt;
  if (!key) return errors::Validation("The provided starting key is invalid");
  if (!PartitionOf(target, bounds).Contains(*key)) {
    return errors::Validation(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  if (!page.range.Contains(*key)) {
    return errors::Validation("The provided starting key does not match the range key predicate");
  }
  page.start_after = *key;
  return {};
}

AwsResult<std::string> Query(Core& core, const json::Value& request) {
  if (auto c = CheckExpressionParameters(request, {kExpressions, kLegacy}); !c) return c.error();
  const auto start = ReadStartKey(request, Wording::kCurrent);
  if (!start) return start.error();
  auto parsed = ParseExpressions(request);
  if (!parsed) return parsed.error();
  if (!parsed->key_condition) {
    return errors::Validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  const auto live = core.UsableTable(request.GetString("TableName"));
  if (!live) return live.error();
  const auto target = ReadTargetOf((*live)->table(), request);
  if (!target) return target.error();

  PageRequest page;
  page.filter.expression = std::move(parsed->filter);
  page.projection = std::move(parsed->projection);
  const json::Value* forward = Present(request, "ScanIndexForward");
  page.forward = !forward || forward->as_bool();
  auto range = RangeOf(*target, *parsed->key_condition);
  if (!range) return range.error();
  page.range = *std::move(range);
  if (auto s = SetStart(*target, *parsed->key_condition, *start, page); !s) return s.error();
  if (auto c = CheckFilterKeys(*target, page); !c) return c.error();
  if (auto r = ReadPageMembers(*target, request, page); !r) return r.error();
  const auto read = ReadPage(core, *target, page);
  if (!read) return read.error();
  return WritePage(*target, request, page, *read);
}

void HandleQuery(Core& core, const json::Value& request, Respond respond) {
  respond(Query(core, request));
}

}  // namespace

const Operation kQuery{"Query", Operation::Access::kRead, kRequest, HandleQuery};

}  // namespace lifeboat::dynamodb
