// ItemWrite: a put, update, delete or condition check of one item, read from a request once and
// judged when its turn comes. Single writes and transactions are made of the same ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dynamodb/core.h"
#include "dynamodb/expression.h"
#include "dynamodb/request_expressions.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

/// Developer Guide, "Service, account, and table quotas in Amazon DynamoDB".
inline constexpr size_t kMaxItemBytes = 400 * 1024;

struct ItemWrite {
  enum class Kind { kPut, kUpdate, kDelete, kCheck };
  Kind kind = Kind::kPut;
  storage::TableId table;
  std::string table_name;
  std::string key;  ///< In Space::kItems.
  Item item;        ///< The whole item of a put; else the key attributes.
  std::optional<Condition> condition;
  std::optional<Update> update;
  bool item_on_failure = false;  ///< ReturnValuesOnConditionCheckFailure is ALL_OLD.
};

/// What a write has found and wants.
struct WriteOutcome {
  std::optional<Item> old_item;  ///< Decoded only when something asked for it.
  std::optional<Item> new_item;
  std::optional<ItemChange> change;  ///< Absent for a condition check and for an idle update.
};

/// `Item size has exceeded the maximum allowed size`.
http::AwsResult<void> CheckItemSize(const Item& item);
/// `Item size to update has exceeded the maximum allowed size`, by what the update says alone.
http::AwsResult<void> CheckUpdateCharge(const Update& update);
/// Puts the table and the storage key into `write`, whose item is set: existence and state of the
/// table, then the key attributes.
http::AwsResult<void> Locate(Core& core, std::string_view table_name, ItemWrite& write);
/// Judges `write` against the item as it is now. Changes nothing. `need_old` asks for the old item.
http::AwsResult<WriteOutcome> Evaluate(Core& core, const ItemWrite& write, bool need_old);
/// The item in a stored form; nullopt for none and for a tombstone.
Result<std::optional<Item>> DecodeStored(const std::optional<storage::StoredItem>& stored);

}  // namespace lifeboat::dynamodb
