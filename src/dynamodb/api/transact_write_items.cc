// TransactWriteItems: up to a hundred writes and condition checks, all or none, in one batch.
#include <map>
#include <set>

#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/api/single_write.h"
#include "dynamodb/errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using json::Value;
using Kind = ItemWrite::Kind;

constexpr int64_t kMaxActions = 100;
constexpr size_t kMaxBytes = 4 << 20;

constexpr Member kPutMembers[] = {
    {"Item", &shapes::kItem, Need::kNotNull},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ConditionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Member kKeyMembers[] = {
    {"Key", &shapes::kItem, Need::kNotNull},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ConditionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Member kCheckMembers[] = {
    {"Key", &shapes::kItem, Need::kNotNull},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ConditionExpression", &shapes::kString, Need::kNotNull},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Member kUpdateMembers[] = {
    {"Key", &shapes::kItem, Need::kNotNull},
    {"UpdateExpression", &shapes::kString, Need::kNotNull},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ConditionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
    {"ExpressionAttributeValues", &shapes::kItem},
    {"ReturnValuesOnConditionCheckFailure", &shapes::kReturnValuesOnConditionCheckFailure},
};
constexpr Shape kPut{.kind = Shape::Kind::kStructure, .name = "Put", .members = kPutMembers};
constexpr Shape kDelete{.kind = Shape::Kind::kStructure, .name = "Delete", .members = kKeyMembers};
constexpr Shape kUpdate{
    .kind = Shape::Kind::kStructure, .name = "Update", .members = kUpdateMembers};
constexpr Shape kCheck{
    .kind = Shape::Kind::kStructure, .name = "ConditionCheck", .members = kCheckMembers};
constexpr Member kActionMembers[] = {
    {"ConditionCheck", &kCheck}, {"Put", &kPut}, {"Delete", &kDelete}, {"Update", &kUpdate}};
constexpr Shape kAction{
    .kind = Shape::Kind::kStructure, .name = "TransactWriteItem", .members = kActionMembers};
constexpr Shape kActions{
    .kind = Shape::Kind::kList, .min = 1, .max = kMaxActions, .generic = true, .element = &kAction};
constexpr Shape kToken{.kind = Shape::Kind::kString, .min = 1, .max = 36, .generic = true};
constexpr Member kMembers[] = {
    {"ClientRequestToken", &kToken},
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"ReturnItemCollectionMetrics", &shapes::kReturnItemCollectionMetrics},
    {"TransactItems", &kActions, Need::kNotNull},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "TransactWriteItemsInput", .members = kMembers};

struct KindName {
  std::string_view name;
  Kind kind;
};
constexpr KindName kKinds[] = {{"ConditionCheck", Kind::kCheck},
                               {"Put", Kind::kPut},
                               {"Delete", Kind::kDelete},
                               {"Update", Kind::kUpdate}};

struct Transaction {
  std::vector<ItemWrite> actions;
  std::string token;
  std::string digest;
  CapacityDetail capacity = CapacityDetail::kNone;
  bool collection_metrics = false;
  std::map<std::string, Consumed> consumed;
};

AwsError Cancel(const Transaction& transaction, size_t at, const AwsError& why) {
  std::vector<errors::CancellationReason> reasons(transaction.actions.size());
  reasons[at] = {"ValidationError", why.message, std::nullopt};
  return errors::TransactionCanceled(reasons);
}

AwsResult<void> ReadExpressionsOf(const Value& body, ItemWrite& write) {
  const bool names = Present(body, "ExpressionAttributeNames") != nullptr;
  const bool values = Present(body, "ExpressionAttributeValues") != nullptr;
  const bool any = Present(body, "ConditionExpression") || Present(body, "UpdateExpression");
  if ((names || values) && !any) {
    return errors::Validation(
        names ? "ExpressionAttributeNames can only be specified when using expressions"
              : "ExpressionAttributeValues can only be specified when using expressions: "
                "ConditionExpression is null");
  }
  auto parsed = ParseExpressions(body, Wording::kOlder);
  if (!parsed) return parsed.error();
  write.condition = std::move(parsed->condition);
  write.update = std::move(parsed->update);
  return {};
}

AwsResult<ItemWrite> ReadAction(const Value& given) {
  ItemWrite write;
  const Value* body = nullptr;
  for (const KindName& kind : kKinds) {
    const Value* found = Present(given, kind.name);
    if (!found) continue;
    if (body) {
      return errors::Validation(
          "TransactItems can only contain one of Check, Put, Update or Delete");
    }
    body = found;
    write.kind = kind.kind;
  }
  if (!body) {
    return errors::Validation(
        "The action or operation requested is invalid. Verify that the action is typed correctly.");
  }
  // Of a put its item is checked first, of the others their expressions.
  const bool is_put = write.kind == Kind::kPut;
  if (!is_put) {
    if (auto r = ReadExpressionsOf(*body, write); !r) return r.error();
  }
  auto item = ItemFromJson(*body->Find(is_put ? "Item" : "Key"), Wording::kOlder);
  if (!item) return item.error();
  write.item = *std::move(item);
  if (is_put) {
    if (auto r = ReadExpressionsOf(*body, write); !r) return r.error();
  }
  write.table_name = TableNameOf(body->GetString("TableName"));
  write.item_on_failure = body->GetString("ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  // An item can be judged from the request alone, what an update makes only within the transaction.
  if (is_put) {
    if (auto c = CheckItemSize(write.item); !c) return c.error();
  }
  return write;
}

// An empty key is refused at once; other faults of an item are reasons of a cancellation.
bool IsRequestFault(const AwsError& error) {
  return error.code != "ValidationException" ||
         error.message.find("cannot contain an empty") != std::string::npos;
}

AwsResult<void> LocateAll(Core& core, Transaction& transaction) {
  size_t bytes = 0;
  for (const ItemWrite& action : transaction.actions) {
    if (auto live = core.UsableTable(action.table_name); !live) return live.error();
    bytes += SizeOf(action.item);
  }
  if (bytes > kMaxBytes) {
    return errors::Validation("Aggregated size of all the items in the request cannot exceed 4MB");
  }
  std::set<std::string> keys;
  for (size_t i = 0; i < transaction.actions.size(); ++i) {
    ItemWrite& action = transaction.actions[i];
    auto located = Locate(core, action.table_name, action);
    if (!located) {
      return IsRequestFault(located.error()) ? located.error()
                                             : Cancel(transaction, i, located.error());
    }
    if (!keys.insert(action.key).second) {
      return errors::Validation(
          "Transaction request cannot include multiple operations on one item");
    }
  }
  return {};
}

AwsResult<Transaction> Read(Core& core, const Value& request) {
  Transaction transaction;
  const Value& items = *request.Find("TransactItems");
  for (const Value& given : items.as_array()) {
    auto action = ReadAction(given);
    if (!action) return action.error();
    transaction.actions.push_back(*std::move(action));
  }
  if (auto located = LocateAll(core, transaction); !located) return located.error();
  transaction.token = request.GetString("ClientRequestToken");
  if (!transaction.token.empty()) transaction.digest = DigestOf(items);
  transaction.capacity = CapacityDetailOf(request);
  transaction.collection_metrics = request.GetString("ReturnItemCollectionMetrics") == "SIZE";
  return transaction;
}

errors::CancellationReason ReasonOf(const AwsError& error, const ItemWrite& action,
                                    const std::optional<Item>& item) {
  if (error.code == "ConditionalCheckFailedException") {
    return {"ConditionalCheckFailed", error.message,
            action.item_on_failure ? item : std::optional<Item>()};
  }
  return {"ValidationError", error.message, std::nullopt};
}

std::optional<Item> CurrentItem(Core& core, const ItemWrite& action) {
  const auto stored = core.writes.Read(action.key);
  if (!stored) return std::nullopt;
  const auto item = DecodeStored(*stored);
  return item ? *item : std::nullopt;
}

AwsResult<WritePath::Evaluated> EvaluateAll(Core& core, Transaction& transaction) {
  WritePath::Evaluated evaluated;
  std::vector<errors::CancellationReason> reasons(transaction.actions.size());
  bool cancelled = false;
  for (size_t i = 0; i < transaction.actions.size(); ++i) {
    const ItemWrite& action = transaction.actions[i];
    auto outcome = Evaluate(core, action, false);
    if (!outcome) {
      const AwsError& error = outcome.error();
      if (error.status >= 500 || error.code == "ResourceNotFoundException") return error;
      reasons[i] = ReasonOf(error, action, CurrentItem(core, action));
      cancelled = true;
      continue;
    }
    Consumed units;
    units.table = 1;
    if (outcome->change) {
      const Table& table = core.catalog.Find(action.table)->table();
      units = WriteUnits(table, outcome->change->old_image, outcome->change->new_image);
      evaluated.changes.push_back(*std::move(outcome->change));
    }
    units.Multiply(2);
    transaction.consumed[action.table_name].Add(units);
  }
  if (cancelled) return errors::TransactionCanceled(reasons);
  if (!transaction.token.empty()) {
    core.tokens.Store(transaction.token, transaction.digest, core.now(), evaluated.also);
  }
  return evaluated;
}

std::string Answer(Core& core, const Transaction& transaction, Consumed::Kind kind) {
  ResponseWriter writer;
  if (transaction.capacity != CapacityDetail::kNone) {
    std::vector<std::string> consumed;
    for (auto [name, units] : transaction.consumed) {
      units.kind = kind;
      AppendConsumed(consumed.emplace_back(), name, units, transaction.capacity);
    }
    writer.AddRaw("ConsumedCapacity", fmt::format("[{}]", fmt::join(consumed, ",")));
  }
  if (!transaction.collection_metrics) return writer.Take();
  std::map<std::string, std::string> metrics;
  for (const ItemWrite& action : transaction.actions) {
    const LiveTable* live = core.catalog.Find(action.table);
    if (!live || action.kind == Kind::kCheck || !live->table().has_local_indexes()) continue;
    std::string& list = metrics[action.table_name];
    list += (list.empty() ? "" : ",") + CollectionMetrics(live->table(), action.item);
  }
  ResponseWriter tables;
  for (const auto& [name, list] : metrics) tables.AddRaw(name, "[" + list + "]");
  if (!metrics.empty()) writer.AddRaw("ItemCollectionMetrics", tables.Take());
  return writer.Take();
}

// What a repeated request with the same token costs: a transactional read of each item.
std::string RepeatedAnswer(Core& core, Transaction& transaction) {
  for (const ItemWrite& action : transaction.actions) {
    const auto item = CurrentItem(core, action);
    transaction.consumed[action.table_name].table += 2 * ReadUnits(item ? SizeOf(*item) : 0, true);
  }
  return Answer(core, transaction, Consumed::Kind::kTransactionalRead);
}

// Two transactions on one item do not wait for each other: the later one is cancelled.
AwsResult<void> CheckConflicts(Core& core, const Transaction& transaction) {
  std::vector<errors::CancellationReason> reasons(transaction.actions.size());
  bool conflict = false;
  for (size_t i = 0; i < transaction.actions.size(); ++i) {
    if (!core.writes.InTransaction(transaction.actions[i].key)) continue;
    reasons[i] = {"TransactionConflict", errors::TransactionConflict().message, std::nullopt};
    conflict = true;
  }
  if (conflict) return errors::TransactionCanceled(reasons);
  return {};
}

void TransactWriteItems(Core& core, const Value& request, Respond respond) {
  auto read = Read(core, request);
  if (!read) return respond(read.error());
  if (!read->token.empty()) {
    const auto repeated = core.tokens.Begin(read->token, read->digest, core.now());
    if (!repeated) return respond(repeated.error());
    if (*repeated) return respond(RepeatedAnswer(core, *read));
  }
  if (auto c = CheckConflicts(core, *read); !c) {
    core.tokens.Finish(read->token, false);
    return respond(c.error());
  }
  std::vector<std::string> keys;
  for (const ItemWrite& action : read->actions) keys.push_back(action.key);
  auto state = std::make_shared<Transaction>(*std::move(read));
  core.writes.Submit(
      std::move(keys), KeyQueue::Kind::kTransaction,
      [&core, state] { return EvaluateAll(core, *state); },
      [&core, state, respond = std::move(respond)](AwsResult<void> done) {
        core.tokens.Finish(state->token, done.ok());
        if (!done) return respond(done.error());
        respond(Answer(core, *state, Consumed::Kind::kTransactionalWrite));
      });
}

}  // namespace

const Operation kTransactWriteItems{"TransactWriteItems", Operation::Access::kWrite, kRequest,
                                    TransactWriteItems};

}  // namespace lifeboat::dynamodb
