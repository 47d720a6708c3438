// DescribeStream: a stream and its one shard.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/streams/stream_view.h"

namespace lifeboat::dynamodb {
namespace {

using json::Object;
using json::Value;

constexpr Shape kLimit{.kind = Shape::Kind::kInteger, .min = 1, .max = 100};
constexpr Shape kArn{.kind = Shape::Kind::kString, .min = 37, .max = 1024};
constexpr Shape kShardId{.kind = Shape::Kind::kString, .min = 28, .max = 65};
constexpr std::string_view kFilterTypes[] = {"CHILD_SHARDS"};
constexpr Shape kFilterType{.kind = Shape::Kind::kString, .values = kFilterTypes};
constexpr Member kFilterMembers[] = {{"Type", &kFilterType}, {"ShardId", &kShardId}};
constexpr Shape kFilter{
    .kind = Shape::Kind::kStructure, .name = "ShardFilter", .members = kFilterMembers};
constexpr Member kMembers[] = {
    {"StreamArn", &kArn, Need::kNotNull},
    {"Limit", &kLimit},
    {"ExclusiveStartShardId", &kShardId},
    {"ShardFilter", &kFilter},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "DescribeStreamInput", .members = kMembers};

Object ShardJson(const StreamView& view) {
  // A number before the first record's, so that reading after it shows all of them.
  Object range{{"StartingSequenceNumber", SequenceText(view.stream->after_sequence)}};
  if (const auto end = view.end()) range.Set("EndingSequenceNumber", SequenceText(*end));
  return {{"ShardId", view.shard_id()}, {"SequenceNumberRange", std::move(range)}};
}

http::AwsResult<void> CheckFilter(const Value& request) {
  const Value* filter = Present(request, "ShardFilter");
  if (!filter) return {};
  for (const std::string_view member : {"Type", "ShardId"}) {
    if (Present(*filter, member)) continue;
    return errors::Validation(fmt::format("Invalid request: ShardFilter must have a {}", member));
  }
  return {};
}

void DescribeStream(Core& core, const Value& request, Respond respond) {
  if (auto c = CheckFilter(request); !c) return respond(c.error());
  const auto view = FindStream(core, request.GetString("StreamArn"));
  if (!view) return respond(view.error());
  json::Array shards;
  // Our one shard has no children and nothing after it.
  const bool past = !request.GetString("ExclusiveStartShardId").empty();
  if (!past && !Present(request, "ShardFilter")) shards.push_back(ShardJson(*view));
  const Table& table = view->live->table();
  const Object described = DescribeTable(core, table, {}, table.status);
  respond(
      Wrap("StreamDescription", {{"StreamArn", request.GetString("StreamArn")},
                                 {"StreamLabel", view->stream->label},
                                 {"StreamStatus", view->stream->enabled() ? "ENABLED" : "DISABLED"},
                                 {"StreamViewType", view->stream->view_type},
                                 {"CreationRequestDateTime", TimeJson(view->stream->created_at)},
                                 {"TableName", table.name},
                                 {"KeySchema", *described.Find("KeySchema")},
                                 {"Shards", std::move(shards)}}));
}

}  // namespace

const Operation kDescribeStream{"DescribeStream", Operation::Access::kRead, kRequest,
                                DescribeStream};

}  // namespace lifeboat::dynamodb
