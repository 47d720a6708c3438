// BatchGetItem: up to a hundred items of several tables; what does not fit into 16 MB is handed
// back as UnprocessedKeys.
#include <map>
#include <set>

#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/capacity.h"
#include "dynamodb/core.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"
#include "dynamodb/item_write.h"
#include "dynamodb/legacy.h"
#include "dynamodb/request_expressions.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr int64_t kMaxKeys = 100;
constexpr size_t kMaxAnswerBytes = 16 << 20;
/// Of one partition; what is over comes back as unprocessed.
constexpr size_t kMaxPartitionBytes = 1 << 20;

constexpr Shape kKeys{.kind = Shape::Kind::kList,
                      .min = 1,
                      .max = kMaxKeys,
                      .generic = true,
                      .element = &shapes::kItem};
constexpr Member kKeysAndAttributesMembers[] = {
    {"Keys", &kKeys, Need::kNotNull},
    {"AttributesToGet", &shapes::kAttributesToGet},
    {"ConsistentRead", &shapes::kBoolean},
    {"ProjectionExpression", &shapes::kString},
    {"ExpressionAttributeNames", &shapes::kStringMap},
};
constexpr Shape kKeysAndAttributes{.kind = Shape::Kind::kStructure,
                                   .name = "KeysAndAttributes",
                                   .members = kKeysAndAttributesMembers};
constexpr Shape kRequestItems{.kind = Shape::Kind::kMap,
                              .min = 1,
                              .generic = true,
                              .element = &kKeysAndAttributes,
                              .key = &shapes::kTableName};
constexpr Member kMembers[] = {
    {"RequestItems", &kRequestItems, Need::kNotNull},
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "BatchGetItemInput", .members = kMembers};

/// What is asked of one table.
struct TableGet {
  std::string name;  ///< As the request has it: maybe an ARN.
  const Value* given = nullptr;
  std::vector<Item> keys;
  std::optional<Projection> projection;
  bool consistent = false;
  const Table* table = nullptr;
  std::vector<std::string> storage_keys;
};

AwsResult<TableGet> ReadOne(const std::string& name, const Value& given) {
  TableGet get;
  get.name = name;
  get.given = &given;
  if (auto c = CheckExpressionParameters(given, {"ProjectionExpression"}, {"AttributesToGet"}); !c)
    return c.error();
  for (const Value& key : given.Find("Keys")->as_array()) {
    auto item = ItemFromJson(key);
    if (!item) return item.error();
    get.keys.push_back(*std::move(item));
  }
  auto projection = ReadProjection(given);
  if (!projection) return projection.error();
  get.projection = *std::move(projection);
  const Value* consistent = Present(given, "ConsistentRead");
  get.consistent = consistent && consistent->as_bool();
  return get;
}

AwsResult<void> Locate(Core& core, TableGet& get) {
  const auto live = core.UsableTable(get.name);
  if (!live) return live.error();
  get.table = &(*live)->table();
  if (get.projection) {
    if (auto c = CheckKeysAreScalars(*get.table, get.projection->paths()); !c) return c;
  }
  std::set<std::string> seen;
  for (const Item& key : get.keys) {
    auto storage_key = KeyOfRequest(*get.table, key);
    if (!storage_key) return storage_key.error();
    if (!seen.insert(*storage_key).second) {
      return errors::Validation("Provided list of item keys contains duplicates");
    }
    get.storage_keys.push_back(*std::move(storage_key));
  }
  return {};
}

// The rule against mixing holds over all tables of the call.
AwsResult<void> CheckNotMixed(const json::Object& tables) {
  json::Object all;
  for (const auto& [name, given] : tables) {
    for (const std::string_view member : {"ProjectionExpression", "AttributesToGet"}) {
      if (const Value* found = Present(given, member)) all.Set(std::string(member), *found);
    }
  }
  return CheckExpressionParameters(Value(std::move(all)), {"ProjectionExpression"},
                                   {"AttributesToGet"});
}

AwsResult<std::vector<TableGet>> Read(Core& core, const Value& request) {
  if (auto c = CheckNotMixed(request.Find("RequestItems")->as_object()); !c) return c.error();
  std::vector<TableGet> gets;
  size_t keys = 0;
  for (const auto& [name, given] : request.Find("RequestItems")->as_object()) {
    auto get = ReadOne(name, given);
    if (!get) return get.error();
    keys += get->keys.size();
    gets.push_back(*std::move(get));
  }
  if (keys > static_cast<size_t>(kMaxKeys)) {
    return errors::Validation("Too many items requested for the BatchGetItem call");
  }
  for (TableGet& get : gets) {
    if (auto located = Locate(core, get); !located) return located.error();
  }
  return gets;
}

/// What the answer is made of, over all tables.
struct Answer {
  ResponseWriter responses;
  json::Object unprocessed;
  std::vector<std::string> consumed;
  size_t bytes = 0;
};

void AddUnprocessed(const TableGet& get, json::Array keys, Answer& answer) {
  if (keys.empty()) return;
  json::Object rest = get.given->as_object();
  rest.Set("Keys", std::move(keys));
  answer.unprocessed.Set(get.name, std::move(rest));
}

AwsResult<void> GetFrom(Core& core, const TableGet& get, CapacityDetail detail, Answer& answer) {
  std::string items = "[";
  Consumed consumed;
  const json::Array& given_keys = get.given->Find("Keys")->as_array();
  json::Array left;
  std::map<std::string, size_t> partition_bytes;
  for (size_t i = 0; i < get.storage_keys.size(); ++i) {
    const auto stored = core.writes.Read(get.storage_keys[i]);
    if (!stored) return errors::InternalServerError();
    const auto item = DecodeStored(*stored);
    if (!item) return errors::InternalServerError();
    const size_t bytes = *item ? SizeOf(**item) : 0;
    if (answer.bytes + bytes > kMaxAnswerBytes) {
      left.insert(left.end(), given_keys.begin() + static_cast<long>(i), given_keys.end());
      break;
    }
    size_t& of_partition = partition_bytes[EncodeKeyAttributes(get.table->keys.hash, get.keys[i])];
    if (of_partition > 0 && of_partition + bytes > kMaxPartitionBytes) {
      left.push_back(given_keys[i]);
      continue;
    }
    of_partition += bytes;
    answer.bytes += bytes;
    consumed.table += ReadUnits(bytes, get.consistent);
    if (!*item) continue;
    if (items.size() > 1) items += ',';
    AppendJson(items, get.projection ? get.projection->Apply(**item) : **item);
  }
  AddUnprocessed(get, std::move(left), answer);
  answer.responses.AddRaw(get.name, items + "]");
  if (detail != CapacityDetail::kNone) {
    AppendConsumed(answer.consumed.emplace_back(), get.table->name, consumed, detail);
  }
  return {};
}

AwsResult<std::string> BatchGet(Core& core, const Value& request) {
  const auto gets = Read(core, request);
  if (!gets) return gets.error();
  const CapacityDetail detail = CapacityDetailOf(request);
  Answer answer;
  for (const TableGet& get : *gets) {
    if (auto got = GetFrom(core, get, detail, answer); !got) return got.error();
  }
  ResponseWriter writer;
  writer.AddRaw("Responses", answer.responses.Take());
  writer.AddRaw("UnprocessedKeys", json::Write(answer.unprocessed));
  if (detail != CapacityDetail::kNone) {
    writer.AddRaw("ConsumedCapacity", fmt::format("[{}]", fmt::join(answer.consumed, ",")));
  }
  return writer.Take();
}

void Handle(Core& core, const Value& request, Respond respond) { respond(BatchGet(core, request)); }

}  // namespace

const Operation kBatchGetItem{"BatchGetItem", Operation::Access::kRead, kRequest, Handle};

}  // namespace lifeboat::dynamodb
