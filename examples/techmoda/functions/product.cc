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
  return CheckNumber(value, "drillSeq", false);
}

constexpr const char* kFields[] = {"name", "price", "description", "category", "stock", "drillSeq"};

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

ProductFields ReadProductChanges(const json& body) {
  ProductFields fields = ReadFields(body);
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

json MakeUpdate(const std::string& table, const std::string& id, const json& changes,
                const std::string& now) {
  json all = changes;
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
  parameters["UpdateExpression"] = expression;
  return parameters;
}

}  // namespace techmoda
