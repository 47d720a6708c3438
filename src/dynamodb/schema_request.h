// Key schemas, indexes and settings as CreateTable and UpdateTable give them, with what AWS
// refuses of them.
#pragma once

#include <vector>

#include "dynamodb/table.h"
#include "http/aws_error.h"
#include "json/value.h"

namespace lifeboat::dynamodb {

inline constexpr size_t kMaxLocalIndexes = 5;
inline constexpr size_t kMaxGlobalIndexes = 20;
inline constexpr size_t kMaxProjectedAttributes = 100;

std::vector<KeyAttribute> ReadAttributeDefinitions(const json::Value& request);
enum class SchemaOf { kTable, kLocalIndex, kGlobalIndex };
/// `definitions` gives the types. Checks order and names of the elements.
http::AwsResult<KeySchema> ReadKeySchema(const json::Array& elements,
                                         const std::vector<KeyAttribute>& definitions, SchemaOf of);
/// One GlobalSecondaryIndex or LocalSecondaryIndex structure.
http::AwsResult<Index> ReadIndex(const json::Value& given, bool global, const Table& table);
/// Fills keys, definitions and indexes of a new table.
http::AwsResult<void> ReadSchema(const json::Value& request, Table& table);
/// Every definition must be some key's: `Some AttributeDefinitions are not used. ...`.
http::AwsResult<void> CheckDefinitionsUsed(const Table& table);

/// BillingMode and ProvisionedThroughput of CreateTable.
http::AwsResult<void> ReadBilling(const json::Value& request, WallTime now, Table& table);
/// `Given value .. for ReadCapacityUnits is out of bounds`.
http::AwsResult<Throughput> ReadThroughput(const json::Value& given);
/// SSESpecification, TableClass, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput:
/// what CreateTable and UpdateTable read alike.
void ReadSettings(const json::Value& request, std::string_view region, std::string_view account,
                  Table& table);

}  // namespace lifeboat::dynamodb
