// Operation: one call of the API as data. Each stands in a file of its own under api/.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "dynamodb/shape.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

struct Core;

/// Takes the JSON body of the answer, or the refusal; called once, maybe before the handler
/// returns.
using Respond = std::function<void(http::AwsResult<std::string>)>;

struct Operation {
  enum class Access { kRead, kWrite, kControl };
  std::string_view name;
  Access access;
  const Shape& request;
  /// `request` fits the shape; it lives only during the call.
  void (*handle)(Core& core, const json::Value& request, Respond respond);
};

/// nullptr: UnknownOperationException. `target` is the value of X-Amz-Target.
const Operation* FindOperation(std::string_view target);

}  // namespace lifeboat::dynamodb
