#include "cloudformation/resources/dynamodb_schema.h"

namespace lifeboat::cloudformation {
namespace {

json::Array ReadKeySchema(PropertyReader& properties) {
  json::Array keys;
  for (PropertyReader& key : properties.List("KeySchema")) {
    keys.push_back(key.TextMembers({"AttributeName", "KeyType"}));
  }
  return keys;
}

json::Object ReadThroughput(PropertyReader properties) {
  json::Object throughput;
  for (const char* name : {"ReadCapacityUnits", "WriteCapacityUnits"}) {
    if (const auto units = properties.Integer(name)) {
      throughput.Append(name, static_cast<long>(*units));
    }
  }
  return throughput;
}

json::Array ReadIndexes(PropertyReader& properties, std::string_view name) {
  json::Array indexes;
  for (PropertyReader& index : properties.List(name)) {
    json::Object out = index.TextMembers({"IndexName"});
    out.Append("KeySchema", ReadKeySchema(index));
    PropertyReader projection = index.Nested("Projection");
    json::Object projected = projection.TextMembers({"ProjectionType"});
    json::Array attributes;
    for (std::string& attribute : projection.Texts("NonKeyAttributes")) {
      attributes.push_back(attribute);
    }
    if (!attributes.empty()) projected.Append("NonKeyAttributes", std::move(attributes));
    out.Append("Projection", std::move(projected));
    json::Object throughput = ReadThroughput(index.Nested("ProvisionedThroughput"));
    if (!throughput.empty()) out.Append("ProvisionedThroughput", std::move(throughput));
    indexes.push_back(std::move(out));
  }
  return indexes;
}

// DynamoDB gives times as seconds with a fraction.
bool IsOurs(const ResourceCall& call, const json::Value& table) {
  const json::Value* created = table.Find("CreationDateTime");
  return created &&
         IsMadeSince(call, WallTime::FromMillis(static_cast<int64_t>(created->as_double() * 1000)));
}

}  // namespace

json::Object ReadTableSchema(const ResourceCall& call, PropertyReader& properties) {
  json::Object body{
      {"TableName",
       properties.Text("TableName").value_or(GeneratedName(call, kMaxTableNameChars))}};
  json::Array attributes;
  for (PropertyReader& attribute : properties.List("AttributeDefinitions")) {
    attributes.push_back(attribute.TextMembers({"AttributeName", "AttributeType"}));
  }
  body.Append("AttributeDefinitions", std::move(attributes));
  body.Append("KeySchema", ReadKeySchema(properties));
  if (auto mode = properties.Text("BillingMode")) body.Append("BillingMode", *mode);
  json::Object throughput = ReadThroughput(properties.Nested("ProvisionedThroughput"));
  if (!throughput.empty()) body.Append("ProvisionedThroughput", std::move(throughput));
  for (const char* name : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    json::Array indexes = ReadIndexes(properties, name);
    if (!indexes.empty()) body.Append(name, std::move(indexes));
  }
  if (properties.Has("StreamSpecification")) {
    json::Object stream = properties.Nested("StreamSpecification").TextMembers({"StreamViewType"});
    stream.Append("StreamEnabled", true);
    body.Append("StreamSpecification", std::move(stream));
  }
  return body;
}

json::Array TagList(const std::vector<std::pair<std::string, std::string>>& tags) {
  json::Array list;
  for (const auto& [key, value] : tags) {
    list.push_back(json::Object{{"Key", key}, {"Value", value}});
  }
  return list;
}

void CallDynamoDb(const ResourceCall& call, std::string_view region, std::string_view operation,
                  json::Object body, Answered answered) {
  CallJson(call, "dynamodb", region, "DynamoDB_20120810." + std::string(operation), std::move(body),
           std::move(answered));
}

bool IsTableActive(const json::Value& table) { return table.GetString("TableStatus") == "ACTIVE"; }

void AwaitTable(const ResourceCall& call, const std::string& region, const std::string& table,
                IsTableReady is_ready, TableSeen seen, int attempt) {
  CallDynamoDb(
      call, region, "DescribeTable", {{"TableName", table}},
      [=](Result<ServiceAnswer, Fault> answer) {
        // A replica is not there at first.
        const bool is_absent = !answer.ok() && answer.error().code == "ResourceNotFoundException";
        if (!answer.ok() && !is_absent) return seen(answer.error().error);
        const json::Value* found = answer.ok() ? answer->json.Find("Table") : nullptr;
        if (found && is_ready(*found)) return seen(*found);
        PollLater(
            call, attempt, [=](int next) { AwaitTable(call, region, table, is_ready, seen, next); },
            seen);
      });
}

void CreateOwnTable(const ResourceCall& call, json::Object body, std::function<void(Status)> done) {
  const std::string name = body.Find("TableName")->as_string();
  const bool is_generated = !call.properties.Has("TableName");
  CallDynamoDb(call, call.region, "CreateTable", std::move(body),
               [=](Result<ServiceAnswer, Fault> answer) {
                 if (answer.ok()) {
                   call.initiated(name);
                   return done({});
                 }
                 const Fault fault = answer.error();
                 if (!call.repeated || fault.code != "ResourceInUseException") {
                   return done(fault.error);
                 }
                 AwaitTable(
                     call, call.region, name, [](const json::Value&) { return true; },
                     [=](Result<json::Value> table) {
                       if (!table.ok()) return done(table.error());
                       if (!is_generated && !IsOurs(call, *table)) {
                         return done(fault.error);
                       }
                       call.initiated(name);
                       done({});
                     });
               });
}

void DeleteOwnTable(const ResourceCall& call, std::function<void(Status)> done) {
  CallDynamoDb(call, call.region, "DeleteTable", {{"TableName", call.physical_id}},
               [=](Result<ServiceAnswer, Fault> answer) {
                 if (answer.ok()) {  // Until it is gone, deleting again is refused as in use.
                   call.scheduler->After(kPollInterval, [=] { DeleteOwnTable(call, done); });
                   return;
                 }
                 const Fault& fault = answer.error();
                 if (fault.code == "ResourceNotFoundException") return done({});
                 if (fault.code == "ResourceInUseException") {
                   return done(Error{ErrorCode::kUnavailable, fault.error.message});
                 }
                 done(fault.error);
               });
}

void EnablePointInTimeRecovery(const ResourceCall& call, const std::string& region,
                               const std::string& table, std::function<void(Status)> done) {
  json::Object body{
      {"TableName", table},
      {"PointInTimeRecoverySpecification", json::Object{{"PointInTimeRecoveryEnabled", true}}}};
  CallDynamoDb(call, region, "UpdateContinuousBackups", std::move(body),
               [done](Result<ServiceAnswer, Fault> answer) {
                 if (!answer.ok()) return done(answer.error().error);
                 done({});
               });
}

Made ReadTable(const std::string& name, const json::Value& table) {
  Made made{name, {{"Arn", table.GetString("TableArn")}, {"TableId", table.GetString("TableId")}}};
  const std::string& stream = table.GetString("LatestStreamArn");
  if (!stream.empty()) made.attributes.Append("StreamArn", stream);
  return made;
}

}  // namespace lifeboat::cloudformation
