// ListStreams: every stream that can be read, by table name and age.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/streams/stream_view.h"

namespace lifeboat::dynamodb {
namespace {

constexpr int64_t kMaxPage = 100;
constexpr Shape kLimit{.kind = Shape::Kind::kInteger, .min = 1, .max = kMaxPage};
constexpr Shape kArn{.kind = Shape::Kind::kString, .min = 37, .max = 1024};
constexpr Member kMembers[] = {
    {"TableName", &shapes::kTableName}, {"Limit", &kLimit}, {"ExclusiveStartStreamArn", &kArn}};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "ListStreamsInput", .members = kMembers};

void ListStreams(Core& core, const json::Value& request, Respond respond) {
  const std::string table = TableNameIn(request);
  const std::string& start = request.GetString("ExclusiveStartStreamArn");
  if (!start.empty()) {
    if (auto c = CheckStreamArn(start); !c) return respond(c.error());
  }
  const json::Value* limit = Present(request, "Limit");
  const size_t page = static_cast<size_t>(limit ? limit->as_int() : kMaxPage);
  bool started = start.empty();
  json::Array streams;
  json::Object answer;
  for (const StreamView& view : ReadableStreams(core, table)) {
    const std::string arn = StreamArn(core, view.live->table(), *view.stream);
    if (!std::exchange(started, started || arn == start)) continue;
    if (streams.size() == page) {
      answer.Set("LastEvaluatedStreamArn", streams.back().GetString("StreamArn"));
      break;
    }
    streams.push_back(json::Object{{"StreamArn", arn},
                                   {"TableName", view.live->table().name},
                                   {"StreamLabel", view.stream->label}});
  }
  answer.Set("Streams", std::move(streams));
  respond(json::Write(answer));
}

}  // namespace

const Operation kListStreams{"ListStreams", Operation::Access::kRead, kRequest, ListStreams};

}  // namespace lifeboat::dynamodb
