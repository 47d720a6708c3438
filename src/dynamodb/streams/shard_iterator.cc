#include "dynamodb/streams/shard_iterator.h"

#include "base/bytes.h"
#include "dynamodb/errors.h"

namespace lifeboat::dynamodb {
namespace {

constexpr std::string_view kMark = "|2|";
/// Without a generation; they lived for 15 minutes.
constexpr std::string_view kOldMark = "|1|";

}  // namespace

std::string ShardIterator::Encode() const {
  std::string place;
  AppendU64(place, after_sequence);
  AppendU64(place, generation);
  AppendU64(place, static_cast<uint64_t>(made_at.ns));
  AppendU32(place, Crc32(stream_arn + place));
  return stream_arn + std::string(kMark) + Base64Encode(place);
}

http::AwsResult<ShardIterator> ShardIterator::Decode(const std::string& text) {
  const http::AwsError invalid = errors::Validation("Invalid ShardIterator");
  const size_t mark = text.find(kMark);
  if (mark == std::string::npos && text.find(kOldMark) != std::string::npos) {
    return errors::ExpiredIterator("Iterator expired.");
  }
  if (mark == std::string::npos) return invalid;
  const auto place = Base64Decode(std::string_view(text).substr(mark + kMark.size()));
  if (!place) return invalid;
  ShardIterator iterator;
  iterator.stream_arn = text.substr(0, mark);
  ByteReader reader(*place);
  iterator.after_sequence = reader.U64();
  iterator.generation = reader.U64();
  iterator.made_at.ns = static_cast<int64_t>(reader.U64());
  const uint32_t checksum = reader.U32();
  if (!reader.done()) return invalid;
  if (checksum != Crc32(iterator.stream_arn + place->substr(0, 24))) return invalid;
  return iterator;
}

}  // namespace lifeboat::dynamodb
