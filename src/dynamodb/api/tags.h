// Tags of tables.
#pragma once

#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

inline constexpr size_t kMaxTags = 50;

/// Adds or replaces `given`, a list of {Key, Value}, in `tags`, an object from key to value.
http::AwsResult<void> AddTags(const json::Array& given, json::Object& tags);

}  // namespace lifeboat::dynamodb
