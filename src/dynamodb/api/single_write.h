// What PutItem, UpdateItem and DeleteItem have in common: the way of one write of one item through
// the write path, and its answer.
#pragma once

#include <functional>
#include <optional>

#include "dynamodb/capacity.h"
#include "dynamodb/core.h"
#include "dynamodb/item_write.h"
#include "dynamodb/operation.h"

namespace lifeboat::dynamodb {

struct SingleWrite {
  ItemWrite write;
  CapacityDetail capacity = CapacityDetail::kNone;
  bool collection_metrics = false;
  bool need_old = false;
  /// What the answer shows as Attributes; nullopt for nothing.
  std::function<std::optional<Item>(WriteOutcome&)> attributes;
};
/// ReturnValues of PutItem and DeleteItem, which have nothing new to show.
http::AwsResult<void> CheckReturnsOldOnly(const json::Value& request);
/// Reads the members that all three have.
void ReadCommonMembers(const json::Value& request, SingleWrite& single);
/// Parses the request's expressions, or the legacy parameters in their place, into `write`; worded
/// as these operations word it.
http::AwsResult<void> ReadExpressions(const json::Value& request, ItemWrite& write);
/// Puts the write on its way; `respond` gets the answer when it is durable.
void SubmitSingleWrite(Core& core, SingleWrite single, Respond respond);
/// ItemCollectionMetrics of the collection of `item`; for tables with local indexes only.
std::string CollectionMetrics(const Table& table, const Item& item);

}  // namespace lifeboat::dynamodb
