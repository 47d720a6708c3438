// The expressions of one request, parsed together since they share their substitutions.
#pragma once

#include <optional>
#include <span>
#include <string_view>
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

/// What a request may hold: its expression parameters and the legacy ones that must not stand
/// beside them, in the order in which messages name them.
struct ExpressionParameters {
  std::span<const std::string_view> expressions;
  std::span<const std::string_view> legacy;
};
/// `Can not use both expression and non-expression parameters in the same request: ...` and names
/// or values without an expression.
http::AwsResult<void> CheckExpressionParameters(const json::Value& request,
                                                const ExpressionParameters& parameters);
/// Parses all expressions that `request` has, and refuses unused names and values.
http::AwsResult<RequestExpressions> ParseExpressions(const json::Value& request,
                                                     Wording wording = Wording::kCurrent);

/// ProjectionExpression or the legacy AttributesToGet; nullopt when the request has neither.
http::AwsResult<std::optional<Projection>> ReadProjection(const json::Value& request);
/// AttributesToGet alone. `One or more parameter values were invalid: Duplicate value in attribute
/// name: a`.
http::AwsResult<std::optional<Projection>> ReadAttributesToGet(const json::Value& request);

}  // namespace lifeboat::dynamodb
