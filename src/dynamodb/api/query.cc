// Query: items of one partition of a table or an index, in key order.
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/errors.h"
#include "dynamodb/legacy.h"
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
    {"ConditionalOperator", &shapes::kConditionalOperatorOfQuery},
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

AwsResult<void> CheckFilterKeys(const ReadTarget& target, const json::Value& request,
                                const PageRequest& page) {
  if (!page.filter) return {};
  const std::set<std::string> read = page.filter->TopLevelNames();
  for (const KeyAttribute& key : target.keys().All()) {
    if (!read.contains(key.name)) continue;
    return errors::Validation(fmt::format(
        "{} can only contain non-primary key attributes: Primary key attribute: {}",
        Present(request, "QueryFilter") ? "QueryFilter" : "Filter Expression", key.name));
  }
  return {};
}

/// What a Query asks for, by expressions or by the legacy parameters.
struct QueryConditions {
  std::vector<KeyBound> bounds;
  std::optional<Condition> filter;
  std::optional<Projection> projection;
};

AwsResult<QueryConditions> ReadConditions(const json::Value& request) {
  QueryConditions read;
  auto filter = ConditionFromFilter(request, "QueryFilter");
  if (!filter) return filter.error();
  auto projection = ProjectionFromAttributesToGet(request);
  if (!projection) return projection.error();
  if (!Present(request, "KeyConditions") && !Present(request, "KeyConditionExpression")) {
    return errors::Validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  auto parsed = ParseExpressions(request);
  if (!parsed) return parsed.error();
  read.filter = parsed->filter ? std::move(parsed->filter) : *std::move(filter);
  read.projection = parsed->projection ? std::move(parsed->projection) : *std::move(projection);
  if (parsed->key_condition) {
    read.bounds = *std::move(parsed->key_condition);
    return read;
  }
  auto bounds = KeyBoundsFromKeyConditions(request);
  if (!bounds) return bounds.error();
  read.bounds = *std::move(bounds);
  return read;
}

AwsResult<void> SetStart(const ReadTarget& target, const std::vector<KeyBound>& bounds,
                         const std::optional<Item>& start, PageRequest& page) {
  if (!start) return {};
  const auto key = start->size() == target.start_key_attributes().size() ? target.EntryKey(*start)
                                                                         : std::nullopt;
  if (!key) {
    // The right attributes, and one of them of another type.
    bool names_fit = start->size() == target.start_key_attributes().size();
    for (const KeyAttribute& attribute : target.start_key_attributes()) {
      names_fit &= start->Find(attribute.name) != nullptr;
    }
    return errors::Validation(names_fit ? "The provided key element does not match the schema"
                                        : "The provided starting key is invalid");
  }
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
  if (auto c = CheckExpressionParameters(
          request, {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
          {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"});
      !c)
    return c.error();
  const auto start = ReadStartKey(request, Wording::kCurrent);
  if (!start) return start.error();
  auto conditions = ReadConditions(request);
  if (!conditions) return conditions.error();
  const auto live = core.UsableTable(request.GetString("TableName"));
  if (!live) return live.error();
  const auto target = ReadTargetOf((*live)->table(), request);
  if (!target) return target.error();

  PageRequest page;
  page.filter = std::move(conditions->filter);
  page.projection = std::move(conditions->projection);
  const json::Value* forward = Present(request, "ScanIndexForward");
  page.forward = !forward || forward->as_bool();
  if (Present(request, "KeyConditions")) {
    const auto count =
        CheckKeyConditionCount(conditions->bounds.size(), target->keys().All().size());
    if (!count) return count.error();
  }
  auto range = RangeOf(*target, conditions->bounds);
  if (!range) return range.error();
  page.range = *std::move(range);
  if (auto s = SetStart(*target, conditions->bounds, *start, page); !s) return s.error();
  if (auto c = CheckFilterKeys(*target, request, page); !c) return c.error();
  if (auto r = ReadPageMembers(*target, request, Wording::kCurrent, page); !r) return r.error();
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
