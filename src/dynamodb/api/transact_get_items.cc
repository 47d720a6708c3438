// TransactGetItems: up to a hundred items as they are at one moment. All of them are read in one
// go on the one thread that also makes commits visible.
#include <map>
#include <set>

#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/capacity.h"
#include "dynamodb/core.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/item_write.h"
#include "dynamodb/request_expressions.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using json::Value;

constexpr int64_t kMaxGets = 100;
constexpr size_t kMaxBytes = 4 << 20;

constexpr Member kGetMembers[] = {
    {"Key", &shapes::kItem, Need::kNotNull},
    {"TableName", &shapes::kTableName, Need::kNotNull},
    {"ProjectionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
};
constexpr Shape kGet{.kind = Shape::Kind::kStructure, .name = "Get", .members = kGetMembers};
constexpr Member kItemMembers[] = {{"Get", &kGet, Need::kNotNull}};
constexpr Shape kItem{
    .kind = Shape::Kind::kStructure, .name = "TransactGetItem", .members = kItemMembers};
constexpr Shape kItems{
    .kind = Shape::Kind::kList, .min = 1, .max = kMaxGets, .generic = true, .element = &kItem};
constexpr Member kMembers[] = {
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"TransactItems", &kItems, Need::kNotNull},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "TransactGetItemsInput", .members = kMembers};

struct Get {
  Item key;
  std::string table;
  std::string storage_key;
  std::optional<Projection> projection;
};

AwsResult<Get> ReadOne(const Value& given) {
  const Value& body = *given.Find("Get");
  Get get;
  auto key = ItemFromJson(*body.Find("Key"), Wording::kOlder);
  if (!key) return key.error();
  get.key = *std::move(key);
  if (Present(body, "ExpressionAttributeNames") && !Present(body, "ProjectionExpression")) {
    return errors::Validation(
        "ExpressionAttributeNames can only be specified when using expressions");
  }
  auto parsed = ParseExpressions(body, Wording::kOlder);
  if (!parsed) return parsed.error();
  get.projection = std::move(parsed->projection);
  get.table = TableNameOf(body.GetString("TableName"));
  return get;
}

AwsError Cancel(size_t count, size_t at, const AwsError& why) {
  std::vector<errors::CancellationReason> reasons(count);
  reasons[at] = {"ValidationError", why.message, std::nullopt};
  return errors::TransactionCanceled(reasons);
}

AwsResult<void> LocateAll(Core& core, std::vector<Get>& gets) {
  for (const Get& get : gets) {
    if (auto live = core.UsableTable(get.table); !live) return live.error();
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < gets.size(); ++i) {
    const Table& table = core.catalog.Find(gets[i].table)->table();
    auto key = KeyOfRequest(table, gets[i].key);
    if (!key && key.error().message.find("cannot contain an empty") != std::string::npos) {
      return key.error();
    }
    if (!key) return Cancel(gets.size(), i, key.error());
    if (gets[i].projection) {
      const auto& paths = gets[i].projection->paths();
      if (auto c = CheckKeysAreScalars(table, paths); !c) return Cancel(gets.size(), i, c.error());
    }
    gets[i].storage_key = *std::move(key);
    if (!seen.insert(gets[i].storage_key).second) {
      return errors::Validation(
          "Transaction request cannot include multiple operations on one item");
    }
  }
  return {};
}

AwsResult<std::string> TransactGet(Core& core, const Value& request) {
  std::vector<Get> gets;
  for (const Value& given : request.Find("TransactItems")->as_array()) {
    auto get = ReadOne(given);
    if (!get) return get.error();
    gets.push_back(*std::move(get));
  }
  if (auto located = LocateAll(core, gets); !located) return located.error();

  std::string responses = "[";
  std::map<std::string, Consumed> consumed;
  size_t bytes = 0;
  for (const Get& get : gets) {
    const auto stored = core.writes.Read(get.storage_key);
    if (!stored) return errors::InternalServerError();
    const auto item = DecodeStored(*stored);
    if (!item) return errors::InternalServerError();
    const size_t size = *item ? SizeOf(**item) : 0;
    bytes += size;
    consumed[get.table].table += 2 * ReadUnits(size, true);
    ResponseWriter one;
    if (*item) one.Add("Item", get.projection ? get.projection->Apply(**item) : **item);
    responses += (responses.size() > 1 ? "," : "") + one.Take();
  }
  if (bytes > kMaxBytes) {
    return errors::Validation("Aggregated size of all the items in the request cannot exceed 4MB");
  }
  ResponseWriter writer;
  writer.AddRaw("Responses", responses + "]");
  const CapacityDetail detail = CapacityDetailOf(request);
  if (detail != CapacityDetail::kNone) {
    std::vector<std::string> units;
    for (auto& [name, one] : consumed) {
      one.kind = Consumed::Kind::kTransactionalRead;
      AppendConsumed(units.emplace_back(), name, one, detail);
    }
    writer.AddRaw("ConsumedCapacity", fmt::format("[{}]", fmt::join(units, ",")));
  }
  return writer.Take();
}

void Handle(Core& core, const Value& request, Respond respond) {
  respond(TransactGet(core, request));
}

}  // namespace

const Operation kTransactGetItems{"TransactGetItems", Operation::Access::kRead, kRequest, Handle};

}  // namespace lifeboat::dynamodb
