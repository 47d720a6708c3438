#include "dynamodb/streams/stream_view.h"

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "base/digest.h"
#include "dynamodb/describe.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/response.h"
#include "dynamodb/retention.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr size_t kSequenceDigits = 21;
constexpr size_t kShardSuffixDigits = 8;
constexpr std::string_view kMark = "/stream/";

Result<std::optional<Item>> Decoded(const std::optional<std::string>& image) {
  if (!image) return std::optional<Item>();
  auto item = DecodeItem(*image);
  if (!item) return item.error();
  return std::optional<Item>(*std::move(item));
}

std::string_view EventName(const storage::ChangeRecord& record) {
  if (!record.old_image) return "INSERT";
  return record.new_image ? "MODIFY" : "REMOVE";
}

std::string EventId(const Core& core, const StreamView& view, uint64_t sequence) {
  return HexEncode(Md5(core.options.region + view.live->table().uuid + view.stream->label +
                       SequenceText(sequence)));
}

std::string ChangeJson(const StreamView& view, const storage::ChangeRecord& record,
                       const std::optional<Item>& old_item, const std::optional<Item>& new_item) {
  const std::string& view_type = view.stream->view_type;
  const bool with_new = view_type == "NEW_IMAGE" || view_type == "NEW_AND_OLD_IMAGES";
  const bool with_old = view_type == "OLD_IMAGE" || view_type == "NEW_AND_OLD_IMAGES";
  const Item keys = KeyAttributesOf(view.live->table().keys, new_item ? *new_item : *old_item);
  size_t bytes = SizeOf(keys);
  ResponseWriter change;
  change.AddRaw("ApproximateCreationDateTime", std::to_string(record.committed_at.unix_seconds()));
  change.Add("Keys", keys);
  if (with_new && new_item) {
    change.Add("NewImage", *new_item);
    bytes += SizeOf(*new_item);
  }
  if (with_old && old_item) {
    change.Add("OldImage", *old_item);
    bytes += SizeOf(*old_item);
  }
  change.AddText("SequenceNumber", SequenceText(record.sequence));
  change.Add("SizeBytes", static_cast<int64_t>(bytes));
  change.AddText("StreamViewType", view_type);
  return change.Take();
}

}  // namespace

std::string StreamView::shard_id() const {
  const std::string hash = HexEncode(Md5(live->table().uuid + stream->label));
  return fmt::format("shardId-{:020}-{}", stream->created_at.millis(),
                     hash.substr(0, kShardSuffixDigits));
}

std::optional<uint64_t> StreamView::end() const { return stream->last_sequence; }

bool IsReadable(const Core& core, const Stream& stream) {
  return stream.enabled() || core.now() - *stream.disabled_at < kStreamRetention;
}

AwsResult<void> CheckStreamArn(std::string_view arn) {
  if (arn.starts_with("arn:") && arn.find(kMark) != std::string_view::npos) return {};
  return errors::Validation(
      fmt::format("Invalid StreamArn: Invalid ResourceArn provided as input {}", arn));
}

std::vector<StreamView> ReadableStreams(Core& core, std::string_view table_name) {
  std::vector<StreamView> views;
  const auto add = [&](const LiveTable& live) {
    for (const Stream& stream : live.table().streams)
      if (IsReadable(core, stream)) views.push_back({&live, &stream});
  };
  if (table_name.empty()) {
    for (const auto& [name, live] : core.catalog.tables()) add(*live);
  } else if (const LiveTable* live = core.catalog.Find(table_name)) {
    add(*live);
  }
  for (const auto& retired : core.catalog.retired())
    if (table_name.empty() || retired->table().name == table_name) add(*retired);
  std::sort(views.begin(), views.end(), [](const StreamView& a, const StreamView& b) {
    return std::tie(a.live->table().name, a.stream->label) <
           std::tie(b.live->table().name, b.stream->label);
  });
  return views;
}

AwsResult<StreamView> FindStream(Core& core, const std::string& arn) {
  if (auto c = CheckStreamArn(arn); !c) return c.error();
  for (const StreamView& view : ReadableStreams(core, TableNameOf(arn)))
    if (StreamArn(core, view.live->table(), *view.stream) == arn) return view;
  return errors::StreamNotFound(arn);
}

uint64_t FirstReadable(const Core& core, const StreamView& view) {
  return FirstSince(core, *view.live, view.stream->after_sequence, core.now() - kStreamRetention);
}

std::string SequenceText(uint64_t sequence) { return fmt::format("1{:020}", sequence); }

std::optional<uint64_t> SequenceFromText(std::string_view text) {
  if (text.size() != kSequenceDigits || text[0] != '1') return std::nullopt;
  return ParseUint(text.substr(1));
}

Result<std::optional<std::string>> RecordJson(const Core& core, const StreamView& view,
                                              const storage::ChangeRecord& record) {
  if (record.silent || (!record.old_image && !record.new_image)) {
    return std::optional<std::string>();
  }
  const auto old_item = Decoded(record.old_image);
  if (!old_item) return old_item.error();
  const auto new_item = Decoded(record.new_image);
  if (!new_item) return new_item.error();
  ResponseWriter writer;
  writer.AddText("awsRegion", core.options.region);
  writer.AddRaw("dynamodb", ChangeJson(view, record, *old_item, *new_item));
  writer.AddText("eventID", EventId(core, view, record.sequence));
  writer.AddText("eventName", EventName(record));
  writer.AddText("eventSource", "aws:dynamodb");
  writer.AddText("eventVersion", "1.1");
  if (record.cause == storage::Cause::kTimeToLive) {
    writer.AddRaw("userIdentity", R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})");
  }
  return std::optional<std::string>(writer.Take());
}

}  // namespace lifeboat::dynamodb
