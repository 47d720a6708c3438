// The expressions of one request, parsed together since they share their substitutions.
#pragma once

#include <optional>
#include <vector>

#include "dynamodb/expression.h"
#include "dynamodb/wire.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

struct RequestExpressions {
  std::optional<Update> update;
  std::optional<Condition> condition;
  std::optional<std::vector<KeyBound>> key_condition;
  std::optional<Condition> filter;
  std::optional<Projection> projection;
};

/// Parses all expressions that `request` has, and refuses unused names and values.
http::AwsResult<RequestExpressions> ParseExpressions(const json::Value& request,
                                                     Wording wording = Wording::kCurrent);

/// ProjectionExpression or the legacy AttributesToGet; nullopt when the request has neither.
http::AwsResult<std::optional<Projection>> ReadProjection(const json::Value& request);

}  // namespace lifeboat::dynamodb
