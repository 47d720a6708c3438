// What AWS refuses of the settings of CreateTable and UpdateTable, as far as the request and the
// table as it stands tell. The texts are AWS's of 2026.
#pragma once

#include "dynamodb/table.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

/// SSESpecification and OnDemandThroughput of a request that leaves the table on demand or not.
http::AwsResult<void> CheckSettings(const json::Value& request, bool pay_per_request);

/// Members of UpdateTable that must be the only change, and those that exclude each other.
http::AwsResult<void> CheckCombination(const json::Value& request);

/// GlobalSecondaryIndexUpdates: one action an element, one element an index.
http::AwsResult<void> CheckIndexUpdates(const json::Value& request);

/// An SSESpecification that changes nothing is refused.
http::AwsResult<void> CheckEncryptionChanges(const json::Value& request, const Table& table);

/// Tags to add: no key twice, none of AWS's own. ARNs of tagged resources: ours to name or not.
http::AwsResult<void> CheckNewTags(const json::Array& tags);
http::AwsResult<void> CheckTaggedArn(std::string_view arn, std::string_view operation,
                                     std::string_view region, std::string_view account);

}  // namespace lifeboat::dynamodb
