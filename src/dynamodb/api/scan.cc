// Scan: all items of a table or an index, in the order of the hashes of their partition keys;
// segments are equal parts of the hash space.
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

constexpr int64_t kMaxSegments = 1'000'000;
constexpr Shape kSegment{.kind = Shape::Kind::kInteger, .min = 0, .max = kMaxSegments - 1};
constexpr Shape kTotalSegments{.kind = Shape::Kind::kInteger, .min = 1, .max = kMaxSegments};

constexpr Member kMembers[] = {
    {"Limit", &shapes::kPositive},
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"AttributesToGet", &shapes::kAttributesToGet},
    {"Segment", &kSegment},
    {"Select", &shapes::kSelect},
    {"ScanFilter", &shapes::kLegacyConditions},
    {"ConditionalOperator", &shapes::kConditionalOperatorOfScan},
    {"TotalSegments", &kTotalSegments},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ExclusiveStartKey", &shapes::kItem},
    {"ConsistentRead", &shapes::kBoolean},
    {"IndexName", &shapes::kIndexName},
    {"FilterExpression", &shapes::kString},
    {"ProjectionExpression", &shapes::kString},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ExpressionAttributeNames", &shapes::kStringMap},
};
constexpr Shape kRequest{.kind = Shape::Kind::kStructure, .name = "ScanInput", .members = kMembers};

struct Segment {
  uint64_t number = 0;
  uint64_t total = 1;
};

AwsResult<Segment> ReadSegment(const json::Value& request) {
  const json::Value* number = Present(request, "Segment");
  const json::Value* total = Present(request, "TotalSegments");
  if (number && !total) {
    return errors::Validation(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (!total) return Segment{};
  if (!number) {
    return errors::Validation(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (number->as_int() >= total->as_int()) {
    return errors::Validation(
        fmt::format("The Segment parameter is zero-based and must be less than parameter "
                    "TotalSegments: Segment: {} is not less than TotalSegments: {}",
                    number->as_int(), total->as_int()));
  }
  return Segment{static_cast<uint64_t>(number->as_int()), static_cast<uint64_t>(total->as_int())};
}

AwsResult<void> SetStart(const ReadTarget& target, const Segment& segment,
                         const std::optional<Item>& start, PageRequest& page) {
  if (!start) return {};
  const auto key = start->size() == target.start_key_attributes().size() ? target.EntryKey(*start)
                                                                         : std::nullopt;
  if (!key) {
    return errors::Validation(
        "The provided starting key is invalid: The provided key element does not match the "
        "schema");
  }
  if (!page.range.Contains(*key)) {
    return errors::Validation(
        fmt::format("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                    "ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}",
                    segment.total, segment.number));
  }
  page.start_after = *key;
  return {};
}

AwsResult<std::string> Scan(Core& core, const json::Value& request) {
  if (auto c = CheckExpressionParameters(request, {"ProjectionExpression", "FilterExpression"},
                                         {"AttributesToGet", "ScanFilter", "ConditionalOperator"},
                                         Wording::kOlder);
      !c) {
    return c.error();
  }
  const auto start = ReadStartKey(request, Wording::kOlder);
  if (!start) return start.error();
  auto filter = ConditionFromFilter(request, "ScanFilter", Wording::kOlder);
  if (!filter) return filter.error();
  auto projection = ProjectionFromAttributesToGet(request);
  if (!projection) return projection.error();
  const auto segment = ReadSegment(request);
  if (!segment) return segment.error();
  auto parsed = ParseExpressions(request, Wording::kOlder);
  if (!parsed) return parsed.error();
  const auto live = core.UsableTable(request.GetString("TableName"));
  if (!live) return live.error();
  const auto target = ReadTargetOf((*live)->table(), request);
  if (!target) return target.error();

  PageRequest page;
  page.filter = parsed->filter ? std::move(parsed->filter) : *std::move(filter);
  page.projection = parsed->projection ? std::move(parsed->projection) : *std::move(projection);
  page.range = SegmentOf(*target, segment->number, segment->total);
  if (auto s = SetStart(*target, *segment, *start, page); !s) return s.error();
  if (auto r = ReadPageMembers(*target, request, Wording::kOlder, page); !r) return r.error();
  const auto read = ReadPage(core, *target, page);
  if (!read) return read.error();
  return WritePage(*target, request, page, *read);
}

void HandleScan(Core& core, const json::Value& request, Respond respond) {
  respond(Scan(core, request));
}

}  // namespace

const Operation kScan{"Scan", Operation::Access::kRead, kRequest, HandleScan};

}  // namespace lifeboat::dynamodb
