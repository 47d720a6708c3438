// UpdateItem: an item changed in place, or made when there is none.
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/api/single_write.h"
#include "dynamodb/errors.h"
#include "dynamodb/legacy.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr Member kUpdateMembers[] = {
    {"Action", &shapes::kString},
    {"Value", &shapes::kAttributeValue},
};
constexpr Shape kAttributeUpdate{
    .kind = Shape::Kind::kStructure, .name = "AttributeValueUpdate", .members = kUpdateMembers};
constexpr Shape kAttributeUpdates{.kind = Shape::Kind::kMap, .element = &kAttributeUpdate};

constexpr Member kMembers[] = {
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"TableName", &shapes::kWriteTableName, Need::kNotNull},
    {"ReturnItemCollectionMetrics", &shapes::kReturnItemCollectionMetrics},
    {"ReturnValues", &shapes::kReturnValuesOfUpdate},
    {"Key", &shapes::kItem, Need::kNotNull},
    {"ConditionalOperator", &shapes::kConditionalOperator},
    {"Expected", &shapes::kExpected},
    {"AttributeUpdates", &kAttributeUpdates},
    {"ConditionExpression", &shapes::kString},
    {"UpdateExpression", &shapes::kString},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "UpdateItemInput", .members = kMembers};

// Only what the expression names, of the item before or after.
std::optional<Item> OnlyUpdated(const ItemWrite& write, const std::optional<Item>& item) {
  if (!item || !write.update) return std::nullopt;
  return Projection::FromPaths(write.update->paths()).Apply(*item);
}

void ChooseAttributes(const std::string& return_values, SingleWrite& single) {
  if (return_values.empty() || return_values == "NONE") return;
  single.need_old = true;
  single.attributes = [return_values, update = single.write](WriteOutcome& outcome) {
    if (return_values == "ALL_OLD") return outcome.old_item;
    if (return_values == "ALL_NEW") return outcome.new_item;
    return OnlyUpdated(update,
                       return_values == "UPDATED_OLD" ? outcome.old_item : outcome.new_item);
  };
}

AwsResult<SingleWrite> Read(Core& core, const json::Value& request) {
  if (auto c = CheckExpressionParameters(request, {"UpdateExpression", "ConditionExpression"},
                                         {"AttributeUpdates", "Expected", "ConditionalOperator"});
      !c) {
    return errors::InEnvelope(c.error());
  }
  SingleWrite single;
  single.write.kind = ItemWrite::Kind::kUpdate;
  auto key = ItemFromJson(*request.Find("Key"));
  if (!key) return errors::InEnvelope(key.error());
  single.write.item = *std::move(key);
  ReadCommonMembers(request, single);
  if (auto r = ReadExpressions(request, single.write); !r) return r.error();
  if (auto r = Locate(core, request.GetString("TableName"), single.write); !r) return r.error();
  if (single.write.update) {
    if (auto c = CheckUpdateCharge(*single.write.update); !c) return c.error();
  }
  ChooseAttributes(request.GetString("ReturnValues"), single);
  return single;
}

void UpdateItem(Core& core, const json::Value& request, Respond respond) {
  auto single = Read(core, request);
  if (!single) return respond(single.error());
  SubmitSingleWrite(core, *std::move(single), std::move(respond));
}

}  // namespace

const Operation kUpdateItem{"UpdateItem", Operation::Access::kWrite, kRequest, UpdateItem};

}  // namespace lifeboat::dynamodb
