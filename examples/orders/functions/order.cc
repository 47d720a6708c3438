#include "order.h"

#include <algorithm>

namespace orders {
namespace {

using nlohmann::json;

json Text(const std::string& text) { return {{"S", text}}; }
json Number(int64_t number) { return {{"N", std::to_string(number)}}; }

json Key(const std::string& id, const std::string& sort_key) {
  return {{"pk", Text("ORDER#" + id)}, {"sk", Text(sort_key)}};
}

/// What happened, beside the order. Version 0 says that it was removed.
json PutEvent(const std::string& table, const std::string& id, int64_t version, const char* what,
              const std::string& now) {
  json item = Key(id, "EVENT#" + std::to_string(version));
  item["what"] = Text(what);
  item["at"] = Text(now);
  return {{"Put", {{"TableName", table}, {"Item", item}}}};
}

bool IsWhole(const json& value, int64_t low, int64_t high) {
  return value.is_number_integer() && value.get<int64_t>() >= low && value.get<int64_t>() <= high;
}

}  // namespace

OrderFields ReadOrder(const json& body) {
  OrderFields fields;
  const auto reference = body.find("reference");
  const auto quantity = body.find("quantity");
  const auto version = body.find("version");
  if (reference == body.end() || !reference->is_string() ||
      reference->get_ref<const std::string&>().empty() ||
      reference->get_ref<const std::string&>().size() > kMaxReferenceLength) {
    fields.problem = "reference must be a string of 1 to 200 bytes.";
  } else if (quantity == body.end() || !IsWhole(*quantity, 0, kMaxQuantity)) {
    fields.problem = "quantity must be a whole number from 0 to 1000000000.";
  } else if (version != body.end() && !IsWhole(*version, 1, INT64_MAX / 2)) {
    fields.problem = "version must be the version that was read.";
  } else {
    fields.reference = reference->get<std::string>();
    fields.quantity = quantity->get<int64_t>();
    if (version != body.end()) fields.version = version->get<int64_t>();
  }
  return fields;
}

bool IsOrderId(const std::string& id) {
  constexpr size_t kUuidLength = 36;
  return id.size() == kUuidLength && id.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

json MakeCreate(const std::string& table, const std::string& id, const OrderFields& fields,
                const std::string& now) {
  json item = Key(id, "META");
  item["reference"] = Text(fields.reference);
  item["quantity"] = Number(fields.quantity);
  item["version"] = Number(1);
  item["updatedAt"] = Text(now);
  const json put{
      {"TableName", table}, {"Item", item}, {"ConditionExpression", "attribute_not_exists(pk)"}};
  return {{"TransactItems", {{{"Put", put}}, PutEvent(table, id, 1, "created", now)}}};
}

json MakeChange(const std::string& table, const std::string& id, const OrderFields& fields,
                const std::string& now) {
  const json update{
      {"TableName", table},
      {"Key", Key(id, "META")},
      {"UpdateExpression", "SET #r = :r, quantity = :q, version = :next, updatedAt = :now"},
      {"ConditionExpression", "version = :read"},
      {"ExpressionAttributeNames", {{"#r", "reference"}}},
      {"ExpressionAttributeValues",
       {{":r", Text(fields.reference)},
        {":q", Number(fields.quantity)},
        {":read", Number(fields.version)},
        {":next", Number(fields.version + 1)},
        {":now", Text(now)}}}};
  return {{"TransactItems",
           {{{"Update", update}}, PutEvent(table, id, fields.version + 1, "changed", now)}}};
}

json MakeRemoval(const std::string& table, const std::string& id, const std::string& now) {
  const json remove{{"TableName", table},
                    {"Key", Key(id, "META")},
                    {"ConditionExpression", "attribute_exists(pk)"}};
  return {{"TransactItems", {{{"Delete", remove}}, PutEvent(table, id, 0, "removed", now)}}};
}

json MakeRead(const std::string& table, const std::string& id) {
  return {{"TableName", table}, {"Key", Key(id, "META")}};
}

json Show(const std::string& id, const OrderFields& fields, int64_t version) {
  return {{"order",
           {{"id", id},
            {"reference", fields.reference},
            {"quantity", fields.quantity},
            {"version", version}}}};
}

json ShowItem(const std::string& id, const json& item) {
  OrderFields fields;
  fields.reference = item["reference"]["S"].get<std::string>();
  fields.quantity = std::stoll(item["quantity"]["N"].get<std::string>());
  return Show(id, fields, std::stoll(item["version"]["N"].get<std::string>()));
}

}  // namespace orders
