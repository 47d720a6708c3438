// GetItem: one item by its key. Every read is of what is durable, so a read is strongly consistent
// whether it asks for that or not; the price differs.
#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/capacity.h"
#include "dynamodb/core.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/item_write.h"
#include "dynamodb/legacy.h"
#include "dynamodb/operation.h"
#include "dynamodb/request_expressions.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr Member kMembers[] = {
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"AttributesToGet", &shapes::kAttributesToGet},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"Key", &shapes::kItem, Need::kNotNull},
    {"ConsistentRead", &shapes::kBoolean},
    {"ProjectionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "GetItemInput", .members = kMembers};

AwsResult<std::string> Get(Core& core, const json::Value& request) {
  if (auto c = CheckExpressionParameters(request, {"ProjectionExpression"}, {"AttributesToGet"});
      !c)
    return c.error();
  const auto key_attributes = ItemFromJson(*request.Find("Key"));
  if (!key_attributes) return key_attributes.error();
  auto projection = ReadProjection(request);
  if (!projection) return projection.error();
  const auto live = core.UsableTable(request.GetString("TableName"));
  if (!live) return live.error();
  const auto key = KeyOfRequest((*live)->table(), *key_attributes);
  if (!key) return key.error();
  if (*projection) {
    if (auto c = CheckKeysAreScalars((*live)->table(), (*projection)->paths()); !c) {
      return c.error();
    }
  }

  const auto stored = core.writes.Read(*key);
  if (!stored) return errors::InternalServerError();
  const auto item = DecodeStored(*stored);
  if (!item) return errors::InternalServerError();
  // The names of types and the quotes are what the answer has beyond the stored image.
  ResponseWriter writer(*stored ? (*stored)->image.size() * 5 / 4 + 128 : 0);
  if (*item) writer.Add("Item", *projection ? (*projection)->Apply(**item) : **item);
  const json::Value* consistent = request.Find("ConsistentRead");
  Consumed consumed;
  consumed.table = ReadUnits(*item ? SizeOf(**item) : 0, consistent && consistent->as_bool());
  AddConsumed(writer, (*live)->table().name, consumed, CapacityDetailOf(request));
  return writer.Take();
}

void GetItem(Core& core, const json::Value& request, Respond respond) {
  respond(Get(core, request));
}

}  // namespace

const Operation kGetItem{"GetItem", Operation::Access::kRead, kRequest, GetItem};

}  // namespace lifeboat::dynamodb
