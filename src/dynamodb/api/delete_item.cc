// DeleteItem: the item with this key away, if there is one.
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/api/single_write.h"
#include "dynamodb/errors.h"
#include "dynamodb/legacy.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr Member kMembers[] = {
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"TableName", &shapes::kWriteTableName, Need::kNotNull},
    {"ReturnItemCollectionMetrics", &shapes::kReturnItemCollectionMetrics},
    {"ReturnValues", &shapes::kReturnValues},
    {"Key", &shapes::kItem, Need::kNotNull},
    {"ConditionalOperator", &shapes::kConditionalOperator},
    {"Expected", &shapes::kExpected},
    {"ConditionExpression", &shapes::kString},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "DeleteItemInput", .members = kMembers};

AwsResult<SingleWrite> Read(Core& core, const json::Value& request) {
  if (auto c = CheckReturnsOldOnly(request); !c) return c.error();
  if (auto c = CheckExpressionParameters(request, {"ConditionExpression"},
                                         {"Expected", "ConditionalOperator"});
      !c) {
    return errors::InEnvelope(c.error());
  }
  SingleWrite single;
  single.write.kind = ItemWrite::Kind::kDelete;
  auto key = ItemFromJson(*request.Find("Key"));
  if (!key) return errors::InEnvelope(key.error());
  single.write.item = *std::move(key);
  ReadCommonMembers(request, single);
  if (auto r = ReadExpressions(request, single.write); !r) return r.error();
  if (auto r = Locate(core, request.GetString("TableName"), single.write); !r) return r.error();
  if (request.GetString("ReturnValues") == "ALL_OLD") {
    single.need_old = true;
    single.attributes = [](WriteOutcome& outcome) { return std::move(outcome.old_item); };
  }
  return single;
}

void DeleteItem(Core& core, const json::Value& request, Respond respond) {
  auto single = Read(core, request);
  if (!single) return respond(single.error());
  SubmitSingleWrite(core, *std::move(single), std::move(respond));
}

}  // namespace

const Operation kDeleteItem{"DeleteItem", Operation::Access::kWrite, kRequest, DeleteItem};

}  // namespace lifeboat::dynamodb
