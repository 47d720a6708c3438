// GetShardIterator: where to begin reading.
#include <algorithm>

#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/streams/shard_iterator.h"
#include "dynamodb/streams/stream_view.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr Shape kArn{.kind = Shape::Kind::kString, .min = 37, .max = 1024};
constexpr Shape kShardId{.kind = Shape::Kind::kString, .min = 28, .max = 65};
constexpr std::string_view kTypes[] = {"AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER",
                                       "TRIM_HORIZON"};
constexpr Shape kType{.kind = Shape::Kind::kString, .values = kTypes};
constexpr Shape kSequenceNumber{.kind = Shape::Kind::kString, .min = 21, .max = 40};
constexpr Member kMembers[] = {
    {"StreamArn", &kArn, Need::kNotNull},
    {"ShardId", &kShardId, Need::kNotNull},
    {"ShardIteratorType", &kType, Need::kNotNull},
    {"SequenceNumber", &kSequenceNumber},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "GetShardIteratorInput", .members = kMembers};

AwsResult<uint64_t> AfterSequenceNumber(const Core& core, const StreamView& view,
                                        const Value& request, bool at) {
  const Value* given = Present(request, "SequenceNumber");
  if (!given) {
    return errors::Validation(
        "Invalid request: SequenceNumber is required when ShardIteratorType is "
        "AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER");
  }
  const auto sequence = SequenceFromText(given->as_string());
  const uint64_t last = view.end().value_or(view.live->log.durable());
  const uint64_t start = view.stream->after_sequence;
  if (!sequence || *sequence < start || *sequence > last) {
    return errors::Validation("Invalid SequenceNumber: " + given->as_string());
  }
  const uint64_t after = at ? std::max(*sequence, start + 1) - 1 : *sequence;
  if (after + 1 < FirstReadable(core, view)) {
    return errors::TrimmedDataAccess(
        "The operation attempted to read past the oldest stream record in a shard.");
  }
  return after;
}

// LATEST and TRIM_HORIZON are places by themselves.
AwsResult<void> CheckNoSequenceNumber(const Value& request) {
  const std::string& type = request.GetString("ShardIteratorType");
  if (type != "LATEST" && type != "TRIM_HORIZON") return {};
  if (!Present(request, "SequenceNumber")) return {};
  return errors::Validation(
      "Invalid request: SequenceNumber cannot be specified when "
      "ShardIteratorType is " +
      type);
}

AwsResult<std::string> Make(Core& core, const Value& request) {
  if (auto c = CheckNoSequenceNumber(request); !c) return c.error();
  ShardIterator iterator;
  iterator.stream_arn = request.GetString("StreamArn");
  const auto view = FindStream(core, iterator.stream_arn);
  if (!view) return view.error();
  if (request.GetString("ShardId") != view->shard_id()) {
    return errors::ResourceNotFound("Shard: " + request.GetString("ShardId") +
                                    " in Stream: " + iterator.stream_arn + " not found");
  }
  iterator.made_at = core.now();
  const std::string& type = request.GetString("ShardIteratorType");
  if (type == "TRIM_HORIZON") {
    iterator.after_sequence = FirstReadable(core, *view) - 1;
  } else if (type == "LATEST") {
    iterator.after_sequence = view->end().value_or(view->live->log.durable());
  } else {
    auto after = AfterSequenceNumber(core, *view, request, type == "AT_SEQUENCE_NUMBER");
    if (!after) return after.error();
    iterator.after_sequence = *after;
  }
  iterator.generation = GenerationAt(view->live->log.generations(), iterator.after_sequence);
  return json::Write(json::Object{{"ShardIterator", iterator.Encode()}});
}

void GetShardIterator(Core& core, const Value& request, Respond respond) {
  respond(Make(core, request));
}

}  // namespace

const Operation kGetShardIterator{"GetShardIterator", Operation::Access::kRead, kRequest,
                                  GetShardIterator};

}  // namespace lifeboat::dynamodb
