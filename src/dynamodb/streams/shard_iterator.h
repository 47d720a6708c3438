// ShardIterator: a place in a stream that a reader holds for at most 15 minutes. All of it is in
// the text; nothing is kept here.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

struct ShardIterator {
  static constexpr Duration kLifetime = Duration::Minutes(15);

  std::string stream_arn;
  uint64_t after_sequence = 0;
  uint64_t generation = 0;  ///< Of the record at `after_sequence`.
  WallTime made_at;

  std::string Encode() const;
  /// ValidationException when `text` is none, ExpiredIteratorException for one of version 0.1.
  static http::AwsResult<ShardIterator> Decode(const std::string& text);
};

}  // namespace lifeboat::dynamodb
