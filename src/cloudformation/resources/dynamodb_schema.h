// What AWS::DynamoDB::Table and GlobalTable have in common: the properties of a table, and waiting
// for one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cloudformation/property_reader.h"
#include "cloudformation/service_call.h"

namespace lifeboat::cloudformation {

inline constexpr size_t kMaxTableNameChars = 255;

/// The members of CreateTable that both types share: name, keys, indexes, billing and stream.
json::Object ReadTableSchema(const ResourceCall& call, PropertyReader& properties);
/// A list of {Key, Value} as DynamoDB takes it.
json::Array TagList(const std::vector<std::pair<std::string, std::string>>& tags);

/// An operation of DynamoDB in `region`.
void CallDynamoDb(const ResourceCall& call, std::string_view region, std::string_view operation,
                  json::Object body, Answered answered);

/// Gives the `Table` of DescribeTable once `is_ready` says so of it.
using TableSeen = std::function<void(Result<json::Value>)>;
using IsTableReady = std::function<bool(const json::Value& table)>;
void AwaitTable(const ResourceCall& call, const std::string& region, const std::string& table,
                IsTableReady is_ready, TableSeen seen, int attempt = 1);
bool IsTableActive(const json::Value& table);

/// CreateTable in the stack's region. After a repeated try a table of that name is taken over when
/// it is ours: its name was generated, or it was made after this operation started.
void CreateOwnTable(const ResourceCall& call, json::Object body, std::function<void(Status)> done);

/// Ok once the table is gone.
void DeleteOwnTable(const ResourceCall& call, std::function<void(Status)> done);

void EnablePointInTimeRecovery(const ResourceCall& call, const std::string& region,
                               const std::string& table, std::function<void(Status)> done);

/// Ref and Fn::GetAtt of a table.
Made ReadTable(const std::string& name, const json::Value& table);

}  // namespace lifeboat::cloudformation
