// A table's stream as its readers see it: one shard, whose records are those of the change log
// that changed something (API Reference, "Amazon DynamoDB Streams").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/core.h"
#include "http/aws_error.h"
#include "storage/change_log.h"

namespace lifeboat::dynamodb {

/// A stream that can be read: enabled, or disabled less than 24 hours ago.
struct StreamView {
  const LiveTable* live = nullptr;
  const Stream* stream = nullptr;

  std::string shard_id() const;
  /// The last sequence that there will ever be, when the shard is closed.
  std::optional<uint64_t> end() const;
};

/// ValidationException for what is no stream's ARN.
http::AwsResult<void> CheckStreamArn(std::string_view arn);
/// `Requested resource not found: Stream: <arn> not found`.
http::AwsResult<StreamView> FindStream(Core& core, const std::string& arn);
/// All that can be read of the tables of that name (all tables: ""), also of deleted ones, by table
/// name and age.
std::vector<StreamView> ReadableStreams(Core& core, std::string_view table_name);
bool IsReadable(const Core& core, const Stream& stream);
/// The first sequence that can still be read.
uint64_t FirstReadable(const Core& core, const StreamView& view);

/// Sequence numbers are digits that compare as integers.
std::string SequenceText(uint64_t sequence);
std::optional<uint64_t> SequenceFromText(std::string_view text);

/// One record of GetRecords as JSON; nullopt for a record that readers do not see. kCorrupt when
/// an image cannot be read.
Result<std::optional<std::string>> RecordJson(const Core& core, const StreamView& view,
                                              const storage::ChangeRecord& record);

}  // namespace lifeboat::dynamodb
