#include "dynamodb/schema_request.h"

#include <algorithm>

#include "dynamodb/errors.h"
#include "dynamodb/shape.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr int64_t kMaxUnits = 1'000'000'000'000;
constexpr size_t kMaxKeyAttributesOfAKind = 4;

std::string NamesText(const std::vector<KeyAttribute>& keys) {
  std::string text = "[";
  for (const KeyAttribute& key : keys) text += (text.size() > 1 ? ", " : "") + key.name;
  return text + "]";
}

const KeyAttribute* FindDefinition(const std::vector<KeyAttribute>& definitions,
                                   std::string_view name) {
  for (const KeyAttribute& definition : definitions) {
    if (definition.name == name) return &definition;
  }
  return nullptr;
}

AwsResult<void> CheckSchemaForm(const json::Array& elements, bool several_allowed) {
  const auto type = [&](size_t i) -> const std::string& {
    return elements[i].GetString("KeyType");
  };
  for (size_t i = 0; i < elements.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (elements[i].GetString("AttributeName") == elements[j].GetString("AttributeName")) {
        return errors::Validation(
            elements.size() > 2
                ? "The KeySchema contains multiple key attributes with the same name"
                : "Both the Hash Key and the Range Key element in the KeySchema have the same "
                  "name");
      }
    }
  }
  if (type(0) != "HASH") {
    return errors::Validation(
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (!several_allowed && elements.size() > 1 && type(1) != "RANGE") {
    return errors::Validation(
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  bool in_range = false;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (in_range && type(i) == "HASH") {
      return errors::InvalidParameterValues(
          "All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    in_range = type(i) == "RANGE";
  }
  return {};
}

AwsResult<void> ReadProjectionOf(const Value& given, Index& index) {
  const Value* projection = Present(given, "Projection");
  const std::string type = projection ? projection->GetString("ProjectionType") : "";
  if (type.empty()) {
    return errors::InvalidParameterValues("Unknown ProjectionType: null");
  }
  index.projection = type == "ALL"         ? Index::Projection::kAll
                     : type == "KEYS_ONLY" ? Index::Projection::kKeysOnly
                                           : Index::Projection::kInclude;
  const Value* names = Present(*projection, "NonKeyAttributes");
  if (names && type != "INCLUDE") {
    return errors::InvalidParameterValues("ProjectionType is " + type +
                                          ", but NonKeyAttributes is specified");
  }
  if (!names && type == "INCLUDE") {
    return errors::InvalidParameterValues(
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (!names) return {};
  for (const Value& name : names->as_array()) {
    auto& all = index.non_key_attributes;
    if (std::find(all.begin(), all.end(), name.as_string()) != all.end()) {
      return errors::InvalidParameterValues("Duplicate element in NonKeyAttributes: " +
                                            name.as_string());
    }
    all.push_back(name.as_string());
  }
  return {};
}

AwsResult<void> CheckLocalKeys(const Index& index, const Table& table) {
  if (index.keys.range.empty()) {
    return errors::InvalidParameterValues("Index KeySchema does not have a range key for index: " +
                                          index.name);
  }
  if (index.keys.hash[0].name != table.keys.hash[0].name) {
    return errors::InvalidParameterValues(
        fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema "
                    "for index: {}. index hash key: {}, table hash key: {}",
                    index.name, index.keys.hash[0].name, table.keys.hash[0].name));
  }
  return {};
}

AwsResult<void> ReadIndexes(const Value& request, std::string_view member, bool global,
                            size_t limit, Table& table) {
  const Value* given = Present(request, member);
  if (!given) return {};
  if (given->as_array().empty()) {
    return errors::InvalidParameterValues("List of " + std::string(member) + " is empty");
  }
  if (!global && table.keys.range.empty()) {
    return errors::InvalidParameterValues(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  for (const Value& element : given->as_array()) {
    auto index = ReadIndex(element, global, table);
    if (!index) return index.error();
    table.indexes.push_back(*std::move(index));
  }
  if (given->as_array().size() <= limit) return {};
  return errors::InvalidParameterValues(
      global ? fmt::format("GlobalSecondaryIndex count exceeds the per-table limit of {}", limit)
             : fmt::format("Number of LocalSecondaryIndexes exceeds per-table limit of {}", limit));
}

AwsResult<void> CheckProjectedCount(const Table& table) {
  size_t projected = 0;
  for (const Index& index : table.indexes) projected += index.non_key_attributes.size();
  if (projected <= kMaxProjectedAttributes) return {};
  return errors::InvalidParameterValues(
      "The maximum number of projected attributes across all indexes was exceeded");
}

}  // namespace

std::vector<KeyAttribute> ReadAttributeDefinitions(const Value& request) {
  std::vector<KeyAttribute> definitions;
  const Value* given = Present(request, "AttributeDefinitions");
  if (!given) return definitions;
  for (const Value& definition : given->as_array()) {
    const std::string& type = definition.GetString("AttributeType");
    definitions.push_back({definition.GetString("AttributeName"), type == "N"   ? Type::kN
                                                                  : type == "B" ? Type::kB
                                                                                : Type::kS});
  }
  return definitions;
}

AwsResult<KeySchema> ReadKeySchema(const json::Array& elements,
                                   const std::vector<KeyAttribute>& definitions, SchemaOf of) {
  std::vector<KeyAttribute> keys;
  bool all_defined = true;
  for (const Value& element : elements) {
    const std::string& name = element.GetString("AttributeName");
    const KeyAttribute* definition = FindDefinition(definitions, name);
    all_defined &= definition != nullptr;
    keys.push_back(definition ? *definition : KeyAttribute{name, Type::kS});
  }
  const bool one_name_twice =
      keys.size() == 2 && keys[0].name == keys[1].name && definitions.size() == 1;
  if (of == SchemaOf::kTable && ((!all_defined && keys.size() == 2) || one_name_twice)) {
    return errors::Validation("Invalid KeySchema: Some index key attribute have no definition");
  }
  if (!all_defined) {
    return errors::InvalidParameterValues(
        fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: {}, "
                    "AttributeDefinitions: {}",
                    NamesText(keys), NamesText(definitions)));
  }
  if (auto c = CheckSchemaForm(elements, of == SchemaOf::kGlobalIndex); !c) return c.error();
  KeySchema schema;
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool hash = elements[i].GetString("KeyType") == "HASH";
    (hash ? schema.hash : schema.range).push_back(std::move(keys[i]));
  }
  for (const auto* attributes : {&schema.hash, &schema.range}) {
    if (attributes->size() <= kMaxKeyAttributesOfAKind) continue;
    return errors::InvalidParameterValues(
        fmt::format("The KeySchema exceeds the maximum allowed number of {} key attributes",
                    attributes == &schema.hash ? "HASH" : "RANGE"));
  }
  return schema;
}

AwsResult<Index> ReadIndex(const Value& given, bool global, const Table& table) {
  Index index;
  index.name = given.GetString("IndexName");
  index.global = global;
  index.number = table.FreeIndexNumber();
  auto keys = ReadKeySchema(given.Find("KeySchema")->as_array(), table.attribute_definitions,
                            global ? SchemaOf::kGlobalIndex : SchemaOf::kLocalIndex);
  if (!keys) return keys.error();
  index.keys = *std::move(keys);
  if (!global) {
    if (auto c = CheckLocalKeys(index, table); !c) return c.error();
  }
  if (auto r = ReadProjectionOf(given, index); !r) return r.error();
  const Value* throughput = Present(given, "ProvisionedThroughput");
  if (global && throughput && table.pay_per_request) {
    return errors::InvalidParameterValues(
        fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode "
                    "is PAY_PER_REQUEST",
                    index.name));
  }
  if (global && !throughput && !table.pay_per_request) {
    return errors::InvalidParameterValues("ProvisionedThroughput must be specified for index: " +
                                          index.name);
  }
  if (throughput) {
    auto read = ReadThroughput(*throughput);
    if (!read) return read.error();
    index.throughput = *std::move(read);
  }
  if (table.FindIndex(index.name)) {
    return errors::InvalidParameterValues("Duplicate index name: " + index.name);
  }
  return index;
}

AwsResult<void> CheckDefinitionsUsed(const Table& table) {
  std::vector<KeyAttribute> used = table.keys.All();
  for (const Index& index : table.indexes) {
    for (const KeyAttribute& key : index.keys.All()) {
      if (std::find(used.begin(), used.end(), key) == used.end()) used.push_back(key);
    }
  }
  if (used.size() == table.attribute_definitions.size()) return {};
  if (table.indexes.empty()) {
    return errors::InvalidParameterValues(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  return errors::InvalidParameterValues(
      fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: {}, keys used: {}",
                  NamesText(table.attribute_definitions), NamesText(used)));
}

AwsResult<void> ReadSchema(const Value& request, Table& table) {
  table.attribute_definitions = ReadAttributeDefinitions(request);
  auto keys = ReadKeySchema(request.Find("KeySchema")->as_array(), table.attribute_definitions,
                            SchemaOf::kTable);
  if (!keys) return keys.error();
  table.keys = *std::move(keys);
  if (auto r = ReadIndexes(request, "LocalSecondaryIndexes", false, kMaxLocalIndexes, table); !r) {
    return r;
  }
  if (auto r = ReadIndexes(request, "GlobalSecondaryIndexes", true, kMaxGlobalIndexes, table); !r) {
    return r;
  }
  if (auto c = CheckProjectedCount(table); !c) return c;
  return CheckDefinitionsUsed(table);
}

AwsResult<Throughput> ReadThroughput(const Value& given) {
  Throughput throughput;
  throughput.read = given.Find("ReadCapacityUnits")->as_int();
  throughput.write = given.Find("WriteCapacityUnits")->as_int();
  if (throughput.read > kMaxUnits) {
    return errors::Validation(
        fmt::format("Given value {} for ReadCapacityUnits is out of bounds", throughput.read));
  }
  if (throughput.write > kMaxUnits) {
    return errors::Validation(
        fmt::format("Given value {} for WriteCapacityUnits is out of bounds", throughput.write));
  }
  return throughput;
}

AwsResult<void> ReadBilling(const Value& request, WallTime now, Table& table) {
  const Value* throughput = Present(request, "ProvisionedThroughput");
  table.pay_per_request = request.GetString("BillingMode") == "PAY_PER_REQUEST";
  if (table.pay_per_request) {
    table.pay_per_request_since = now;
    if (!throughput) return {};
    return errors::InvalidParameterValues(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (!throughput) {
    return errors::InvalidParameterValues(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  auto read = ReadThroughput(*throughput);
  if (!read) return read.error();
  table.throughput = *std::move(read);
  return {};
}

void ReadSettings(const Value& request, std::string_view region, std::string_view account,
                  Table& table) {
  if (const Value* sse = Present(request, "SSESpecification")) {
    const Value* enabled = Present(*sse, "Enabled");
    table.kms_encryption = enabled && enabled->as_bool();
    const std::string& key = sse->GetString("KMSMasterKeyId");
    table.kms_key_arn = key.starts_with("arn:")
                            ? key
                            : fmt::format("arn:aws:kms:{}:{}:{}", region, account,
                                          key.empty()                 ? "alias/aws/dynamodb"
                                          : key.starts_with("alias/") ? key
                                                                      : "key/" + key);
  }
  if (const Value* table_class = Present(request, "TableClass")) {
    table.table_class = table_class->as_string();
  }
  if (const Value* protected_now = Present(request, "DeletionProtectionEnabled")) {
    table.deletion_protected = protected_now->as_bool();
  }
  if (const Value* maximum = Present(request, "OnDemandThroughput")) {
    table.on_demand_throughput = maximum->as_object();
  }
  if (const Value* warm = Present(request, "WarmThroughput")) {
    table.warm_throughput = warm->as_object();
  }
}

}  // namespace lifeboat::dynamodb
