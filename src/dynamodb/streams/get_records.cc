// GetRecords: up to a thousand records or 1 MB from an iterator on.
#include "base/log.h"
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/response.h"
#include "dynamodb/streams/shard_iterator.h"
#include "dynamodb/streams/stream_view.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr int64_t kMaxRecords = 1000;
constexpr size_t kMaxBytes = 1 << 20;

constexpr Shape kIterator{.kind = Shape::Kind::kString, .min = 1, .max = 2048};
constexpr Shape kLimit{.kind = Shape::Kind::kInteger, .min = 1, .max = kMaxRecords};
constexpr Member kMembers[] = {
    {"ShardIterator", &kIterator, Need::kNotNull},
    {"Limit", &kLimit},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "GetRecordsInput", .members = kMembers};

AwsResult<std::string> Get(Core& core, const Value& request) {
  auto iterator = ShardIterator::Decode(request.GetString("ShardIterator"));
  if (!iterator) return iterator.error();
  if (core.now() - iterator->made_at > ShardIterator::kLifetime) {
    return errors::ExpiredIterator("Iterator expired.");
  }
  const auto view = FindStream(core, iterator->stream_arn);
  if (!view) return view.error();
  // A place in a history that this disk has no more must not be taken for one in ours.
  const bool of_ours =
      iterator->after_sequence <= view->live->log.last() &&
      iterator->generation == GenerationAt(view->live->log.generations(), iterator->after_sequence);
  if (!of_ours || iterator->after_sequence + 1 < FirstReadable(core, *view)) {
    return errors::TrimmedDataAccess(
        "The operation attempted to read past the oldest stream record in a shard.");
  }
  const Value* limit = Present(request, "Limit");
  const auto records =
      storage::ChangeLogReader(core.d.engine, view->live->table().id)
          .Read(iterator->after_sequence,
                static_cast<size_t>(limit ? limit->as_int() : kMaxRecords), kMaxBytes);
  if (!records) return errors::InternalServerError();
  std::string list = "[";
  for (const storage::ChangeRecord& record : *records) {
    if (record.sequence > view->end().value_or(UINT64_MAX)) break;
    const auto json = RecordJson(core, *view, record);
    if (!json) {
      log::Error("a change record cannot be read: {}", json.error().message);
      return errors::InternalServerError();
    }
    iterator->after_sequence = record.sequence;
    if (*json) list += (list.size() > 1 ? "," : "") + **json;
  }
  ResponseWriter writer;
  writer.AddRaw("Records", list + "]");
  const bool read_out = view->end() && iterator->after_sequence >= *view->end();
  iterator->made_at = core.now();
  iterator->generation = GenerationAt(view->live->log.generations(), iterator->after_sequence);
  if (!read_out) writer.AddText("NextShardIterator", iterator->Encode());
  return writer.Take();
}

void GetRecords(Core& core, const Value& request, Respond respond) { respond(Get(core, request)); }

}  // namespace

const Operation kGetRecords{"GetRecords", Operation::Access::kRead, kRequest, GetRecords};

}  // namespace lifeboat::dynamodb
