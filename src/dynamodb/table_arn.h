// What a request may say in place of a table's name: the table's ARN, of this region and account.
#pragma once

#include <string_view>

#include "dynamodb/shape.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

/// Whose tables may be named, and by which operation.
struct TableOwner {
  std::string_view region;
  std::string_view account;
  std::string_view operation;
};

/// Checks every ARN that stands where `shape` takes a table's name, wherever that is in `request`,
/// which fits the shape. An ARN names one table of one region: what is deployed with another
/// region's ARN in its settings does not reach the table of the same name here. Errors:
/// ValidationException `1 validation error detected: Invalid AWS region in '<arn>'` and its sisters
/// for the partition, the form and the kind of resource; AccessDeniedException for another account.
http::AwsResult<void> CheckTableArns(const Shape& shape, const json::Value& request,
                                     const TableOwner& owner);

/// The refusal for another account's table, which its owner would have to share. `owner` is ours.
http::AwsError NotShared(const TableOwner& owner, std::string_view arn);

}  // namespace lifeboat::dynamodb
