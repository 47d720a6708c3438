#include "product.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace techmoda {
namespace {

using nlohmann::json;

/// Checks one field of a body; the problem, or nothing.
std::string CheckText(const json& value, const char* field, size_t limit, bool may_be_empty) {
  if (!value.is_string()) return std::string(field) + " must be a string.";
  const size_t size = value.get_ref<const std::string&>().size();
  if (size > limit) {
    return std::string(field) + " must have at most " + std::to_string(limit) + " bytes.";
  }
  if (size == 0 && !may_be_empty) return std::string(field) + " must not be empty.";
  return {};
}

std::string CheckNumber(const json& value, const char* field, bool whole) {
  if (!value.is_number()) return std::string(field) + " must be a number.";
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < 0 || number > 1e15) {
    return std::string(field) + " must be between 0 and 1e15.";
  }
  if (whole && number != std::floor(number)) return std::string(field) + " must be whole.";
  return {};
}

std::string Check(const std::string& field, const json& value) {
  if (field == "name") return CheckText(value, "name", kMaxNameLength, false);
  if (field == "description") return CheckText(value, "description", kMaxTextLength, true);
  if (field == "category") return CheckText(value, "category", kMaxNameLength, true);
  if (field == "price") return CheckNumber(value, "price", false);
  if (field == "stock") return CheckNumber(value, "stock", true);
  if (field == "drillWriter") return CheckText(value, "drillWriter", kMaxNameLength, true);
  return CheckNumber(value, "drillSeq", false);
}

constexpr const char* kFields[] = {"name",  "price",    "description", "category",
                                   "stock", "drillSeq", "drillWriter"};

ProductFields ReadFields(const json& body) {
  ProductFields fields;
  for (const char* field : kFields) {
    const auto found = body.find(field);
    if (found == body.end()) continue;
    fields.problem = Check(field, *found);
    if (!fields.problem.empty()) return fields;
    fields.values[field] = *found;
  }
  return fields;
}

}  // namespace

bool IsProductId(const std::string& id) {
  return !id.empty() && id.size() <= kMaxIdLength &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '.' || c == '_' || c == '~' || c == '-';
         });
}

ProductFields ReadNewProduct(const json& body) {
  ProductFields fields = ReadFields(body);
  if (!fields.problem.empty()) return fields;
  for (const char* required : {"name", "price"}) {
    if (!fields.values.contains(required)) {
      fields.problem = std::string(required) + " is required.";
      return fields;
    }
  }
  const auto id = body.find("id");
  if (id != body.end()) {
    if (!id->is_string() || !IsProductId(id->get_ref<const std::string&>())) {
      fields.problem = "id must be 1 to 128 of A-Z, a-z, 0-9, '.', '_', '~' and '-'.";
      return fields;
    }
    fields.values["id"] = *id;
  }
  if (!fields.values.contains("description")) fields.values["description"] = "";
  return fields;
}

namespace {

/// What a PUT may ask for besides: a change of the stock, and only if nobody was quicker.
void ReadConditions(const json& body, ProductFields& fields) {
  if (const auto change = body.find("stockChange"); change != body.end()) {
    const bool whole = change->is_number() && std::isfinite(change->get<double>()) &&
                       std::abs(change->get<double>()) <= 1e15 &&
                       change->get<double>() == std::floor(change->get<double>());
    if (!whole) fields.problem = "stockChange must be whole, between -1e15 and 1e15.";
    if (body.contains("stock")) fields.problem = "Give stock or stockChange, not both.";
    fields.values["stockChange"] = *change;
  }
  if (const auto expected = body.find("ifUpdatedAt"); expected != body.end()) {
    if (!expected->is_string()) fields.problem = "ifUpdatedAt must be a string.";
    fields.values["ifUpdatedAt"] = *expected;
  }
}

}  // namespace

ProductFields ReadProductChanges(const json& body) {
  ProductFields fields = ReadFields(body);
  if (fields.problem.empty()) ReadConditions(body, fields);
  if (fields.problem.empty() && fields.values.empty()) {
    fields.problem = "Nothing to change: give name, price, description, category or stock.";
  }
  return fields;
}

json ToItem(const json& product) {
  json item = json::object();
  for (const auto& [name, value] : product.items()) {
    if (value.is_string()) item[name] = {{"S", value}};
    if (value.is_number()) item[name] = {{"N", value.dump()}};
  }
  return item;
}

json FromItem(const json& item) {
  json product = json::object();
  for (const auto& [name, value] : item.items()) {
    if (value.contains("S")) product[name] = value["S"];
    if (value.contains("N")) {
      const json number = json::parse(value["N"].get<std::string>(), nullptr, false);
      product[name] = number.is_number() ? number : value["N"];
    }
  }
  return product;
}

namespace {

/// The member, which the object loses; null when there is none.
json Taken(json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end()) return nullptr;
  json value = *found;
  object.erase(found);
  return value;
}

}  // namespace

json MakeUpdate(const std::string& table, const std::string& id, const json& changes,
                const std::string& now) {
  json all = changes;
  const json change = Taken(all, "stockChange"), expected = Taken(all, "ifUpdatedAt");
  all["updatedAt"] = now;
  const json values = ToItem(all);
  json parameters{{"TableName", table},
                  {"Key", {{"id", {{"S", id}}}}},
                  {"ConditionExpression", "attribute_exists(#id)"},
                  {"ExpressionAttributeNames", {{"#id", "id"}}},
                  {"ReturnValues", "ALL_NEW"}};
  std::string expression;
  int count = 0;
  for (const auto& [name, value] : values.items()) {
    const std::string number = std::to_string(count++);
    expression += (expression.empty() ? "SET #f" : ", #f") + number + " = :v" + number;
    parameters["ExpressionAttributeNames"]["#f" + number] = name;
    parameters["ExpressionAttributeValues"][":v" + number] = value;
  }
  if (!change.is_null()) {
    expression += " ADD #stock :change";
    parameters["ExpressionAttributeNames"]["#stock"] = "stock";
    parameters["ExpressionAttributeValues"][":change"] = {{"N", change.dump()}};
  }
  if (!expected.is_null()) {
    parameters["ConditionExpression"] = "attribute_exists(#id) AND #updatedAt = :expected";
    parameters["ExpressionAttributeNames"]["#updatedAt"] = "updatedAt";
    parameters["ExpressionAttributeValues"][":expected"] = {{"S", expected}};
  }
  parameters["UpdateExpression"] = expression;
  return parameters;
}

}  // namespace techmoda
