// The legacy parameters, which AWS still takes in place of expressions: Expected, QueryFilter,
// ScanFilter, KeyConditions, AttributeUpdates, AttributesToGet and ConditionalOperator (Developer
// Guide, "Legacy DynamoDB conditional parameters"). They become what expressions become. All take
// the whole request and read their own members.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "dynamodb/expression.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb {

/// Expressions and legacy parameters may not be mixed, and ExpressionAttributeNames and -Values
/// need an expression: `Can not use both expression and non-expression parameters ...`. The lists
/// are what the operation takes, in AWS's order. KeyConditions may stand beside a FilterExpression.
AwsResult<void> CheckExpressionParameters(const json::Value& request,
                                          std::initializer_list<std::string_view> expressions,
                                          std::initializer_list<std::string_view> legacy,
                                          Wording wording = Wording::kCurrent);

/// A name of an attribute in a legacy parameter has the limits of all names: 1 to 65,535 bytes.
AwsResult<void> CheckLegacyName(std::string_view name);

/// Expected with ConditionalOperator; nullopt when there is none.
AwsResult<std::optional<Condition>> ConditionFromExpected(const json::Value& request,
                                                          Wording wording = Wording::kCurrent);
/// QueryFilter or ScanFilter, as `parameter` says, with ConditionalOperator; nullopt when there is
/// none.
AwsResult<std::optional<Condition>> ConditionFromFilter(const json::Value& request,
                                                        std::string_view parameter,
                                                        Wording wording = Wording::kCurrent);
/// KeyConditions. What no index can answer is refused; the caller matches the attributes against
/// the schema, and more than two with CheckKeyConditionCount().
AwsResult<std::vector<KeyBound>> KeyBoundsFromKeyConditions(const json::Value& request,
                                                            Wording wording = Wording::kCurrent);
/// More than two conditions are for keys of several attributes only.
AwsResult<void> CheckKeyConditionCount(size_t conditions, size_t key_attributes);
/// AttributeUpdates; empty when there is none.
AwsResult<Update> UpdateFromAttributeUpdates(const json::Value& request);
/// AttributesToGet; nullopt when there is none.
AwsResult<std::optional<Projection>> ProjectionFromAttributesToGet(const json::Value& request);

}  // namespace lifeboat::dynamodb
