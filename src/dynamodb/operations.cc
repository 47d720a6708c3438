// The table of operations. What is not in it is answered with UnknownOperationException.
#include <algorithm>
#include <iterator>

#include "dynamodb/api/operations.h"

namespace lifeboat::dynamodb {
namespace {

constexpr std::string_view kTargetPrefix = "DynamoDB_20120810.";
constexpr std::string_view kStreamsTargetPrefix = "DynamoDBStreams_20120810.";

constexpr const Operation* kOperations[] = {
    &kPutItem,
    &kGetItem,
    &kUpdateItem,
    &kDeleteItem,
    &kQuery,
    &kScan,
    &kBatchGetItem,
    &kBatchWriteItem,
    &kTransactGetItems,
    &kTransactWriteItems,
    &kCreateTable,
    &kDescribeTable,
    &kListTables,
    &kUpdateTable,
    &kDeleteTable,
    &kUpdateContinuousBackups,
    &kDescribeContinuousBackups,
    &kUpdateTimeToLive,
    &kDescribeTimeToLive,
    &kTagResource,
    &kUntagResource,
    &kListTagsOfResource,
    &kDescribeLimits,
    &kDescribeEndpoints,
    &kCreateGlobalTable,
    &kDescribeGlobalTable,
    &kListGlobalTables,
    &kUpdateGlobalTable,
    &kDescribeGlobalTableSettings,
    &kUpdateGlobalTableSettings,
};

constexpr const Operation* kStreamOperations[] = {
    &kListStreams,
    &kDescribeStream,
    &kGetShardIterator,
    &kGetRecords,
};

template <class Operations>
const Operation* Find(const Operations& operations, std::string_view name) {
  const auto it = std::find_if(std::begin(operations), std::end(operations),
                               [&](const Operation* operation) { return operation->name == name; });
  return it == std::end(operations) ? nullptr : *it;
}

}  // namespace

const Operation* FindOperation(std::string_view target) {
  if (target.starts_with(kTargetPrefix)) {
    return Find(kOperations, target.substr(kTargetPrefix.size()));
  }
  if (target.starts_with(kStreamsTargetPrefix)) {
    return Find(kStreamOperations, target.substr(kStreamsTargetPrefix.size()));
  }
  return nullptr;
}

}  // namespace lifeboat::dynamodb
