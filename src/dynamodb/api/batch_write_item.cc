// BatchWriteItem: up to 25 puts and deletes, each a write of its own. A write that fails on our
// side is handed back as UnprocessedItems.
#include <map>
#include <set>

#include "dynamodb/api/operations.h"
#include "dynamodb/api/shapes.h"
#include "dynamodb/api/single_write.h"
#include "dynamodb/errors.h"
#include "dynamodb/item_key.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr size_t kMaxWrites = 25;

constexpr Member kPutMembers[] = {{"Item", &shapes::kItem, Need::kNotNull}};
constexpr Shape kPut{.kind = Shape::Kind::kStructure, .name = "PutRequest", .members = kPutMembers};
constexpr Member kDeleteMembers[] = {{"Key", &shapes::kItem, Need::kNotNull}};
constexpr Shape kDelete{
    .kind = Shape::Kind::kStructure, .name = "DeleteRequest", .members = kDeleteMembers};
constexpr Member kWriteMembers[] = {{"PutRequest", &kPut}, {"DeleteRequest", &kDelete}};
constexpr Shape kWrite{
    .kind = Shape::Kind::kStructure, .name = "WriteRequest", .members = kWriteMembers};
constexpr Shape kWrites{
    .kind = Shape::Kind::kList, .max = kMaxWrites, .generic = true, .element = &kWrite};
constexpr Shape kRequestItems{
    .kind = Shape::Kind::kMap, .min = 1, .generic = true, .element = &kWrites};
constexpr Member kMembers[] = {
    {"ReturnConsumedCapacity", &shapes::kReturnConsumedCapacity},
    {"ReturnItemCollectionMetrics", &shapes::kReturnItemCollectionMetrics},
    {"RequestItems", &kRequestItems, Need::kNotNull},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "BatchWriteItemInput", .members = kMembers};

struct BatchWrite {
  ItemWrite write;
  std::string table_as_given;
  Value given;
  bool failed = false;
  Consumed consumed;
};

/// Shared by all writes of the call; the last one to finish answers.
struct UnderWay {
  std::vector<BatchWrite> writes;
  size_t left = 0;
  CapacityDetail capacity = CapacityDetail::kNone;
  bool collection_metrics = false;
  Respond respond;
};

AwsResult<BatchWrite> ReadOne(const std::string& table, const Value& given) {
  const Value* put = Present(given, "PutRequest");
  const Value* remove = Present(given, "DeleteRequest");
  if (!put == !remove) {
    return errors::Validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  auto item = ItemFromJson(put ? *put->Find("Item") : *remove->Find("Key"), Wording::kOlder);
  if (!item) return item.error();
  BatchWrite one;
  one.write.kind = put ? ItemWrite::Kind::kPut : ItemWrite::Kind::kDelete;
  one.write.item = *std::move(item);
  one.table_as_given = table;
  one.given = given;
  if (put) {
    if (auto c = CheckItemSize(one.write.item); !c) return c.error();
  }
  return one;
}

// Of a put, too, only its key matters here: a wrong one is told as a wrong key is.
AwsResult<void> LocateOne(Core& core, BatchWrite& one) {
  const auto live = core.UsableTable(one.table_as_given);
  if (!live) return live.error();
  const Table& table = (*live)->table();
  if (one.write.kind == ItemWrite::Kind::kPut) {
    const auto key = KeyOfRequest(table, KeyAttributesOf(table.keys, one.write.item));
    if (!key) return key.error();
  }
  return Locate(core, one.table_as_given, one.write);
}

// A request as the classes that AWS reads it into print it.
std::string Printed(const json::Object& item) {
  constexpr std::string_view kTypes[][2] = {
      {"S", "s"},   {"N", "n"}, {"B", "b"}, {"SS", "sS"},     {"NS", "nS"},
      {"BS", "bS"}, {"M", "m"}, {"L", "l"}, {"NULL", "nULL"}, {"BOOL", "bOOL"}};
  std::string text;
  for (const auto& [name, value] : item) {
    std::string members;
    for (const auto& [type, member] : kTypes) {
      const Value* given = Present(value, type);
      members += fmt::format("{}{}={}", members.empty() ? "" : ", ", member,
                             !given               ? "null"
                             : given->is_string() ? given->as_string()
                                                  : json::Write(*given));
    }
    text += fmt::format("{}{}=AttributeValue({})", text.empty() ? "" : ", ", name, members);
  }
  return "{" + text + "}";
}

std::string Printed(std::string_view table, const json::Array& writes) {
  std::string text;
  for (const Value& write : writes) {
    const Value* put = Present(write, "PutRequest");
    const Value* remove = Present(write, "DeleteRequest");
    text += fmt::format(
        "{}WriteRequest(putRequest={}, deleteRequest={})", text.empty() ? "" : ", ",
        put ? fmt::format("PutRequest(item={})", Printed(put->Find("Item")->as_object())) : "null",
        remove ? fmt::format("DeleteRequest(key={})", Printed(remove->Find("Key")->as_object()))
               : "null");
  }
  return fmt::format("{{{}=[{}]}}", table, text);
}

bool IsTableName(std::string_view name) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return name.starts_with("arn:") || (name.size() >= 3 && name.size() <= 255 &&
                                      name.find_first_not_of(kLetters) == std::string_view::npos);
}

AwsResult<void> CheckTables(const json::Object& tables) {
  size_t writes = 0;
  for (const auto& [name, given] : tables) {
    if (!IsTableName(name)) {
      return errors::ConstraintViolations(
          {"Value '" + Printed(name, given.as_array()) +
           "' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: "
           "[Member must have length less than or equal to 255, Member must have length greater "
           "than or equal to 3, Member must satisfy regular expression pattern: "
           "[a-zA-Z0-9_.-]+]"});
    }
    const size_t count = given.as_array().size();
    if (count == 0) {
      return errors::ConstraintViolations(
          {"Value '{" + name +
           "=[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy "
           "constraint: [Member must have length less than or equal to 25, Member must have length "
           "greater than or equal to 1]"});
    }
    writes += count;
  }
  if (writes <= kMaxWrites) return {};
  return errors::Validation("Too many items requested for the BatchWriteItem call");
}

AwsResult<std::vector<BatchWrite>> Read(Core& core, const Value& request) {
  const json::Object& tables = request.Find("RequestItems")->as_object();
  if (auto c = CheckTables(tables); !c) return c.error();
  std::vector<BatchWrite> writes;
  for (const auto& [name, given] : tables) {
    for (const Value& write : given.as_array()) {
      auto one = ReadOne(name, write);
      if (!one) return one.error();
      writes.push_back(*std::move(one));
    }
  }
  std::set<std::string> keys;
  for (BatchWrite& one : writes) {
    if (auto located = LocateOne(core, one); !located) return located.error();
    if (!keys.insert(one.write.key).second) {
      return errors::Validation("Provided list of item keys contains duplicates");
    }
  }
  return writes;
}

std::string UnprocessedJson(const UnderWay& state) {
  json::Object unprocessed;
  for (const BatchWrite& one : state.writes) {
    if (!one.failed) continue;
    Value& list = unprocessed[one.table_as_given];
    if (!list.is_array()) list = json::Array();
    list.if_array()->push_back(one.given);
  }
  return json::Write(unprocessed);
}

void AddMetrics(Core& core, const UnderWay& state, ResponseWriter& writer) {
  ResponseWriter tables;
  std::map<std::string, std::string> by_table;
  for (const BatchWrite& one : state.writes) {
    const LiveTable* live = core.catalog.Find(one.write.table);
    if (!live || !live->table().has_local_indexes()) continue;
    std::string& list = by_table[one.table_as_given];
    list += (list.empty() ? "" : ",") + CollectionMetrics(live->table(), one.write.item);
  }
  for (const auto& [name, list] : by_table) tables.AddRaw(name, "[" + list + "]");
  if (!by_table.empty()) writer.AddRaw("ItemCollectionMetrics", tables.Take());
}

void Finish(Core& core, UnderWay& state) {
  ResponseWriter writer;
  writer.AddRaw("UnprocessedItems", UnprocessedJson(state));
  if (state.capacity != CapacityDetail::kNone) {
    std::map<std::string, Consumed> by_table;
    for (const BatchWrite& one : state.writes) by_table[one.write.table_name].Add(one.consumed);
    std::vector<std::string> consumed;
    for (const auto& [name, units] : by_table) {
      AppendConsumed(consumed.emplace_back(), name, units, state.capacity);
    }
    writer.AddRaw("ConsumedCapacity", fmt::format("[{}]", fmt::join(consumed, ",")));
  }
  if (state.collection_metrics) AddMetrics(core, state, writer);
  state.respond(writer.Take());
}

void Submit(Core& core, const std::shared_ptr<UnderWay>& state, size_t i) {
  core.writes.Submit(
      {state->writes[i].write.key}, KeyQueue::Kind::kWrite,
      [&core, state, i]() -> AwsResult<WritePath::Evaluated> {
        BatchWrite& one = state->writes[i];
        auto outcome = Evaluate(core, one.write, false);
        if (!outcome) return outcome.error();
        const ItemChange& change = *outcome->change;
        if (state->capacity != CapacityDetail::kNone) {
          const Table& table = core.catalog.Find(change.table)->table();
          one.consumed = WriteUnits(table, change.old_image, change.new_image);
        }
        WritePath::Evaluated evaluated;
        evaluated.changes.push_back(*std::move(outcome->change));
        return evaluated;
      },
      [&core, state, i](AwsResult<void> done) {
        state->writes[i].failed = !done;
        if (--state->left == 0) Finish(core, *state);
      });
}

void BatchWriteItem(Core& core, const Value& request, Respond respond) {
  auto writes = Read(core, request);
  if (!writes) return respond(writes.error());
  auto state = std::make_shared<UnderWay>();
  state->writes = *std::move(writes);
  state->left = state->writes.size();
  state->capacity = CapacityDetailOf(request);
  state->collection_metrics = request.GetString("ReturnItemCollectionMetrics") == "SIZE";
  state->respond = std::move(respond);
  for (size_t i = 0; i < state->writes.size(); ++i) Submit(core, state, i);
}

}  // namespace

const Operation kBatchWriteItem{"BatchWriteItem", Operation::Access::kWrite, kRequest,
                                BatchWriteItem};

}  // namespace lifeboat::dynamodb
