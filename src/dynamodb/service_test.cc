// Items and tables through the service, as a client sees them.
#include "dynamodb/service.h"

#include "dynamodb/test_world.h"

namespace lifeboat::dynamodb {
namespace {

using testing::Answer;
using testing::Q;
using testing::TestWorld;

constexpr std::string_view kHashTable =
    "{'TableName':'things','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
    "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
    "'BillingMode':'PAY_PER_REQUEST'}";
constexpr std::string_view kRangeTable =
    "{'TableName':'events','KeySchema':[{'AttributeName':'id','KeyType':'HASH'},"
    "{'AttributeName':'at','KeyType':'RANGE'}],"
    "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},"
    "{'AttributeName':'at','AttributeType':'N'}],'BillingMode':'PAY_PER_REQUEST'}";

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() : world_({"us-east-1", "us-west-2"}) {}
  void MakeTables() {
    ASSERT_EQ(world_.Call("CreateTable", std::string(kHashTable)).status, 200);
    ASSERT_EQ(world_.Call("CreateTable", std::string(kRangeTable)).status, 200);
  }
  Answer Call(std::string_view operation, const std::string& body) {
    return world_.Call(operation, body);
  }
  void Put(const std::string& item) {
    const Answer answer = Call("PutItem", "{'TableName':'things','Item':" + item + "}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  std::string Get(const std::string& id) {
    return Call("GetItem", "{'TableName':'things','Key':{'id':{'S':'" + id + "'}}}").body;
  }
  TestWorld world_;
};

TEST_F(ServiceTest, CreatedTableIsDescribedListedAndDeleted) {
  const Answer created = Call("CreateTable", std::string(kHashTable));
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.json.FindPath({"TableDescription", "TableStatus"})->as_string(), "CREATING");
  const Answer described = Call("DescribeTable", "{'TableName':'things'}");
  const json::Value& table = *described.json.Find("Table");
  EXPECT_EQ(table.GetString("TableStatus"), "ACTIVE");
  EXPECT_EQ(table.GetString("TableArn"), "arn:aws:dynamodb:us-east-1:000000000000:table/things");
  EXPECT_EQ(table.FindPath({"BillingModeSummary", "BillingMode"})->as_string(), "PAY_PER_REQUEST");
  EXPECT_EQ(table.Find("Replicas"), nullptr);
  EXPECT_EQ(Call("ListTables", "{}").body, Q("{'TableNames':['things']}"));
  const Answer again = Call("CreateTable", std::string(kHashTable));
  EXPECT_EQ(again.Type(), "ResourceInUseException");
  EXPECT_EQ(again.Message(), "Table already exists: things");
  const Answer deleted = Call("DeleteTable", "{'TableName':'things'}");
  EXPECT_EQ(deleted.json.FindPath({"TableDescription", "TableStatus"})->as_string(), "DELETING");
  EXPECT_EQ(deleted.json.FindPath({"TableDescription", "KeySchema"}), nullptr);
  EXPECT_EQ(Call("DescribeTable", "{'TableName':'things'}").Message(),
            "Requested resource not found: Table: things not found");
}

TEST_F(ServiceTest, TheStreamOfADeletedTableIsReadForADay) {
  const std::string create =
      std::string(kHashTable.substr(0, kHashTable.size() - 1)) +
      ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}";
  const auto stream_of = [&] {
    return Call("DescribeTable", "{'TableName':'things'}")
        .json.FindPath({"Table", "LatestStreamArn"})
        ->as_string();
  };
  const auto records = [&](const std::string& arn) -> size_t {
    const Answer described = Call("Streams.DescribeStream", "{'StreamArn':'" + arn + "'}");
    const json::Value* shards = described.json.FindPath({"StreamDescription", "Shards"});
    if (!shards) return SIZE_MAX;
    const Answer at = Call("Streams.GetShardIterator",
                           "{'StreamArn':'" + arn + "','ShardIteratorType':'TRIM_HORIZON'," +
                               "'ShardId':'" + shards->as_array()[0].GetString("ShardId") + "'}");
    const Answer got = Call("Streams.GetRecords",
                            "{'ShardIterator':'" + at.json.GetString("ShardIterator") + "'}");
    EXPECT_EQ(
        got.json.Find("NextShardIterator") == nullptr,
        described.json.FindPath({"StreamDescription", "StreamStatus"})->as_string() == "DISABLED");
    return got.json.Find("Records")->as_array().size();
  };
  ASSERT_EQ(Call("CreateTable", create).status, 200);
  Put("{'id':{'S':'a'}}");
  const std::string first = stream_of();
  EXPECT_EQ(records(first), 1u);
  ASSERT_EQ(Call("DeleteTable", "{'TableName':'things'}").status, 200);
  EXPECT_EQ(records(first), 1u);
  world_.Crash("us-east-1");
  EXPECT_EQ(records(first), 1u);

  world_.clock.Advance(Duration::Hours(1));
  ASSERT_EQ(Call("CreateTable", create).status, 200);
  Put("{'id':{'S':'b'}}");
  Put("{'id':{'S':'c'}}");
  const std::string second = stream_of();
  EXPECT_EQ(records(first), 1u);
  EXPECT_EQ(records(second), 2u);
  const Answer listed = Call("Streams.ListStreams", "{'TableName':'things'}");
  ASSERT_EQ(listed.json.Find("Streams")->as_array().size(), 2u) << listed.body;
  EXPECT_EQ(listed.json.Find("Streams")->as_array()[0].GetString("StreamArn"), first);

  world_.clock.Advance(Duration::Hours(23) + Duration::Minutes(1));
  EXPECT_EQ(records(first), SIZE_MAX);
  world_["us-east-1"].service->Tick();
  world_.Settle();
  world_.Crash("us-east-1");
  EXPECT_EQ(records(first), SIZE_MAX);
  EXPECT_EQ(records(second), 2u);
  const auto& engine = world_["us-east-1"].engine;
  size_t logged = 0;
  const auto it = engine.NewIterator(storage::Space::kLog, "", std::string(9, '\xff'));
  for (it->Seek(""); it->Valid(); it->Next()) ++logged;
  EXPECT_EQ(logged, 2u) << "nothing is left of the first table";
}

TEST_F(ServiceTest, PutGetUpdateDelete) {
  MakeTables();
  Put("{'id':{'S':'a'},'n':{'N':'1'}}");
  EXPECT_EQ(Get("a"), Q("{'Item':{'id':{'S':'a'},'n':{'N':'1'}}}"));
  EXPECT_EQ(Get("b"), "{}");
  const Answer updated =
      Call("UpdateItem",
           "{'TableName':'things','Key':{'id':{'S':'a'}},'UpdateExpression':'SET n = n + :one',"
           "'ExpressionAttributeValues':{':one':{'N':'1'}},'ReturnValues':'UPDATED_NEW'}");
  EXPECT_EQ(updated.body, Q("{'Attributes':{'n':{'N':'2'}}}"));
  const Answer deleted =
      Call("DeleteItem", "{'TableName':'things','Key':{'id':{'S':'a'}},'ReturnValues':'ALL_OLD'}");
  EXPECT_EQ(deleted.body, Q("{'Attributes':{'id':{'S':'a'},'n':{'N':'2'}}}"));
  EXPECT_EQ(Get("a"), "{}");
}

TEST_F(ServiceTest, ReturnValuesOfUpdate) {
  MakeTables();
  Put("{'id':{'S':'a'},'n':{'N':'1'},'m':{'S':'x'}}");
  const auto update = [&](const std::string& return_values) {
    return Call("UpdateItem",
                "{'TableName':'things','Key':{'id':{'S':'a'}},'UpdateExpression':"
                "'SET n = n + :one','ExpressionAttributeValues':{':one':{'N':'1'}},"
                "'ReturnValues':'" +
                    return_values + "'}")
        .body;
  };
  EXPECT_EQ(update("NONE"), "{}");
  EXPECT_EQ(update("ALL_OLD"), Q("{'Attributes':{'id':{'S':'a'},'m':{'S':'x'},'n':{'N':'2'}}}"));
  EXPECT_EQ(update("ALL_NEW"), Q("{'Attributes':{'id':{'S':'a'},'m':{'S':'x'},'n':{'N':'4'}}}"));
  EXPECT_EQ(update("UPDATED_OLD"), Q("{'Attributes':{'n':{'N':'4'}}}"));
}

// Nothing is stored of it: neither an item nor a record that streams and replicas would see, and
// that could win over another region's write.
TEST_F(ServiceTest, AnUpdateThatOnlyTakesAwayDoesNothingToNothing) {
  MakeTables();
  const auto count = [&](storage::Space space) {
    return world_["us-east-1"].engine.key_count(space);
  };
  const std::string key = "{'TableName':'things','Key':{'id':{'S':'a'}},";
  const std::string updates[] = {
      key + "'UpdateExpression':'REMOVE flag','ReturnValues':'ALL_NEW'}",
      key + "'UpdateExpression':'DELETE s :s','ExpressionAttributeValues':{':s':{'SS':['x']}}}",
      key + "'AttributeUpdates':{'flag':{'Action':'DELETE'}}}"};
  for (const std::string& update : updates) EXPECT_EQ(Call("UpdateItem", update).body, "{}");
  EXPECT_EQ(Call("TransactWriteItems",
                 "{'TransactItems':[{'Update':" + key + "'UpdateExpression':'REMOVE flag'}}]}")
                .body,
            "{}");
  EXPECT_EQ(count(storage::Space::kItems), 0u);
  EXPECT_EQ(count(storage::Space::kLog), 0u);
  EXPECT_EQ(Call("UpdateItem", key + "'AttributeUpdates':{}}").body, "{}");
  EXPECT_EQ(count(storage::Space::kItems), 1u);
}

// CreateTable and DeleteTable tell less than DescribeTable.
TEST_F(ServiceTest, AnswersCarryWhatAwsHasInThem) {
  std::string definition(kRangeTable);
  definition.insert(definition.rfind('}'),
                    ",'GlobalSecondaryIndexes':[{'IndexName':'turned','KeySchema':"
                    "[{'AttributeName':'at','KeyType':'HASH'}],"
                    "'Projection':{'ProjectionType':'ALL'}}]");
  const Answer created = Call("CreateTable", definition);
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.body.find("WarmThroughput"), std::string::npos) << created.body;
  EXPECT_NE(created.body.find("KeySchema"), std::string::npos);
  EXPECT_NE(Call("DescribeTable", "{'TableName':'events'}").body.find("WarmThroughput"),
            std::string::npos);
  const Answer deleted = Call("DeleteTable", "{'TableName':'events'}");
  for (const char* member : {"WarmThroughput", "KeySchema", "GlobalSecondaryIndexes"}) {
    EXPECT_EQ(deleted.body.find(member), std::string::npos) << deleted.body;
  }
}

TEST_F(ServiceTest, BatchGetItemReadsOneMegabyteOfAPartition) {
  MakeTables();
  const std::string filler(300 * 1024, 'x');
  std::string keys;
  for (int i = 0; i < 5; ++i) {
    const std::string key = "'id':{'S':'a'},'at':{'N':'" + std::to_string(i) + "'}";
    const Answer put =
        Call("PutItem", "{'TableName':'events','Item':{" + key + ",'f':{'S':'" + filler + "'}}}");
    ASSERT_EQ(put.status, 200);
    keys += (i ? ",{" : "{") + key + "}";
  }
  Call("PutItem", "{'TableName':'events','Item':{'id':{'S':'b'},'at':{'N':'1'}}}");
  keys += ",{'id':{'S':'b'},'at':{'N':'1'}}";
  const Answer got = Call("BatchGetItem", "{'RequestItems':{'events':{'Keys':[" + keys + "]}}}");
  EXPECT_EQ(got.json.FindPath({"Responses", "events"})->as_array().size(), 4u);
  EXPECT_EQ(json::Write(*got.json.FindPath({"UnprocessedKeys", "events", "Keys"})),
            Q("[{'id':{'S':'a'},'at':{'N':'3'}},{'id':{'S':'a'},'at':{'N':'4'}}]"));
}

TEST_F(ServiceTest, ConditionFails) {
  MakeTables();
  Put("{'id':{'S':'a'},'n':{'N':'1'}}");
  const Answer answer = Call("PutItem",
                             "{'TableName':'things','Item':{'id':{'S':'a'}},"
                             "'ConditionExpression':'attribute_not_exists(id)',"
                             "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Type(), "ConditionalCheckFailedException");
  EXPECT_EQ(json::Write(*answer.json.Find("Item")), Q("{'id':{'S':'a'},'n':{'N':'1'}}"));
  EXPECT_EQ(answer.json.GetString("Message"), "The conditional request failed");
}

TEST_F(ServiceTest, QueryWalksASortedPartition) {
  MakeTables();
  for (const int at : {5, 1, 3, -2, 10}) {
    Call("PutItem",
         "{'TableName':'events','Item':{'id':{'S':'a'},'at':{'N':'" + std::to_string(at) + "'}}}");
  }
  Call("PutItem", "{'TableName':'events','Item':{'id':{'S':'b'},'at':{'N':'4'}}}");
  const auto query = [&](const std::string& condition, const std::string& rest = "") {
    const Answer answer =
        Call("Query", "{'TableName':'events','KeyConditionExpression':'" + condition +
                          "','ExpressionAttributeValues':{':a':{'S':'a'}" + "}" + rest + "}");
    std::string found;
    for (const json::Value& item : answer.json.Find("Items")->as_array()) {
      found += item.FindPath({"at", "N"})->as_string() + " ";
    }
    return found;
  };
  EXPECT_EQ(query("id = :a"), "-2 1 3 5 10 ");
  EXPECT_EQ(query("id = :a", ",'ScanIndexForward':false"), "10 5 3 1 -2 ");
  EXPECT_EQ(query("id = :a", ",'Limit':2"), "-2 1 ");
}

TEST_F(ServiceTest, QueryBounds) {
  MakeTables();
  for (const int at : {5, 1, 3, -2, 10}) {
    Call("PutItem",
         "{'TableName':'events','Item':{'id':{'S':'a'},'at':{'N':'" + std::to_string(at) + "'}}}");
  }
  const auto query = [&](const std::string& condition) {
    const bool between = condition.find(":y") != std::string::npos;
    const Answer answer =
        Call("Query", "{'TableName':'events','KeyConditionExpression':'id = :a AND #at " +
                          condition + "','ExpressionAttributeNames':{'#at':'at'}," +
                          "'ExpressionAttributeValues':{':a':{'S':'a'},':x':{'N':'3'}" +
                          (between ? ",':y':{'N':'5'}" : "") + "}}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::string found;
    for (const json::Value& item : answer.json.Find("Items")->as_array()) {
      found += item.FindPath({"at", "N"})->as_string() + " ";
    }
    return found;
  };
  EXPECT_EQ(query("= :x"), "3 ");
  EXPECT_EQ(query("< :x"), "-2 1 ");
  EXPECT_EQ(query("<= :x"), "-2 1 3 ");
  EXPECT_EQ(query("> :x"), "5 10 ");
  EXPECT_EQ(query(">= :x"), "3 5 10 ");
  EXPECT_EQ(query("BETWEEN :x AND :y"), "3 5 ");
}

TEST_F(ServiceTest, QueryPages) {
  MakeTables();
  for (int at = 0; at < 5; ++at) {
    Call("PutItem",
         "{'TableName':'events','Item':{'id':{'S':'a'},'at':{'N':'" + std::to_string(at) + "'}}}");
  }
  for (const std::string forward : {"true", "false"}) {
    std::string start;
    std::string found;
    for (int pages = 0; pages < 10; ++pages) {
      const Answer answer =
          Call("Query",
               "{'TableName':'events','KeyConditionExpression':'id = :a','Limit':2,"
               "'ScanIndexForward':" +
                   forward + ",'ExpressionAttributeValues':{':a':{'S':'a'}}" + start + "}");
      for (const json::Value& item : answer.json.Find("Items")->as_array()) {
        found += item.FindPath({"at", "N"})->as_string();
      }
      const json::Value* last = answer.json.Find("LastEvaluatedKey");
      if (!last) break;
      start = ",'ExclusiveStartKey':" + json::Write(*last);
    }
    EXPECT_EQ(found, forward == "true" ? "01234" : "43210");
  }
}

TEST_F(ServiceTest, ScanSegmentsCoverTheTableOnce) {
  MakeTables();
  for (int i = 0; i < 50; ++i) Put("{'id':{'S':'k" + std::to_string(i) + "'}}");
  std::set<std::string> seen;
  size_t count = 0;
  for (int segment = 0; segment < 3; ++segment) {
    std::string start;
    for (;;) {
      const Answer answer = Call("Scan", "{'TableName':'things','TotalSegments':3,'Segment':" +
                                             std::to_string(segment) + ",'Limit':7" + start + "}");
      ASSERT_EQ(answer.status, 200) << answer.body;
      for (const json::Value& item : answer.json.Find("Items")->as_array()) {
        seen.insert(item.FindPath({"id", "S"})->as_string());
        ++count;
      }
      const json::Value* last = answer.json.Find("LastEvaluatedKey");
      if (!last) break;
      start = ",'ExclusiveStartKey':" + json::Write(*last);
    }
  }
  EXPECT_EQ(count, 50u);
  EXPECT_EQ(seen.size(), 50u);
}

TEST_F(ServiceTest, ScanStopsAtOneMegabyte) {
  MakeTables();
  for (int i = 0; i < 4; ++i) {
    Put("{'id':{'S':'k" + std::to_string(i) + "'},'v':{'S':'" + std::string(390'000, 'x') + "'}}");
  }
  const Answer answer = Call("Scan", "{'TableName':'things','Select':'COUNT'}");
  EXPECT_EQ(answer.json.Find("Count")->as_int(), 3);
  EXPECT_NE(answer.json.Find("LastEvaluatedKey"), nullptr);
  EXPECT_EQ(answer.json.Find("Items"), nullptr);
}

TEST_F(ServiceTest, ConsumedCapacity) {
  MakeTables();
  const Answer put = Call("PutItem",
                          "{'TableName':'things','ReturnConsumedCapacity':'TOTAL','Item':"
                          "{'id':{'S':'a'},'v':{'S':'" +
                              std::string(1500, 'x') + "'}}}");
  EXPECT_EQ(put.body, Q("{'ConsumedCapacity':{'TableName':'things','CapacityUnits':2.0}}"));
  const Answer get = Call("GetItem",
                          "{'TableName':'things','ReturnConsumedCapacity':'INDEXES',"
                          "'Key':{'id':{'S':'none'}}}");
  EXPECT_EQ(get.body, Q("{'ConsumedCapacity':{'TableName':'things','CapacityUnits':0.5,"
                        "'Table':{'CapacityUnits':0.5}}}"));
}

struct Refusal {
  const char* operation;
  const char* body;
  const char* type;
  const char* message;
};

const Refusal kRefusals[] = {
    {"PutItem", "{'TableName':'nope','Item':{'id':{'S':'a'}}}", "ResourceNotFoundException",
     "Requested resource not found"},
    {"PutItem", "{'Item':{'id':{'S':'a'}}}", "ValidationException",
     "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: "
     "Member must not be null"},
    {"PutItem", "{'TableName':'t!','ReturnValues':'x'}", "ValidationException",
     "3 validation errors detected: Value 't!' at 'tableName' failed to satisfy constraint: "
     "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value null at 'item' failed "
     "to satisfy constraint: Member must not be null; Value 'x' at "
     "'returnValues' failed to satisfy constraint: Member must satisfy enum value set: "
     "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
    {"PutItem", "{'TableName':23}", "SerializationException",
     "NUMBER_VALUE cannot be converted to String"},
    {"PutItem", "{'TableName':'things','Item':{'id':{'N':'1'}}}", "ValidationException",
     "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"},
    {"PutItem", "{'TableName':'things','Item':{'x':{'N':'1'}}}", "ValidationException",
     "One or more parameter values were invalid: Missing the key id in the item"},
    {"PutItem", "{'TableName':'things','Item':{'id':{'S':''}}}", "ValidationException",
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
     "contain an empty string value. Key: id"},
    {"PutItem", "{'TableName':'things','Item':{'id':{'S':'a'}},'ReturnValues':'ALL_NEW'}",
     "ValidationException",
     "1 validation error detected: ReturnValues can only be ALL_OLD or NONE"},
    {"GetItem", "{'TableName':'things','Key':{'x':{'S':'a'}}}", "ValidationException",
     "The provided key element does not match the schema"},
    {"UpdateItem",
     "{'TableName':'things','Key':{'id':{'S':'a'}},'UpdateExpression':'SET id = :v',"
     "'ExpressionAttributeValues':{':v':{'S':'b'}}}",
     "ValidationException",
     "One or more parameter values were invalid: Cannot update attribute id. This attribute is "
     "part of the key"},
    {"Query", "{'TableName':'events'}", "ValidationException",
     "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
     "request."},
    {"Query",
     "{'TableName':'events','KeyConditionExpression':'#a = :a','ExpressionAttributeNames':"
     "{'#a':'at'},'ExpressionAttributeValues':{':a':{'N':'1'}}}",
     "ValidationException", "Query condition missed key schema element: id"},
    {"Query",
     "{'TableName':'events','KeyConditionExpression':'id = :a','IndexName':'none',"
     "'ExpressionAttributeValues':{':a':{'S':'1'}}}",
     "ValidationException", "The table does not have the specified index: none"},
    {"Scan", "{'TableName':'events','Segment':1}", "ValidationException",
     "The TotalSegments parameter is required but was not present in the request when Segment "
     "parameter is present"},
    {"Scan", "{'TableName':'events','Segment':1,'TotalSegments':1}", "ValidationException",
     "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
     "Segment: 1 is not less than TotalSegments: 1"},
    {"DescribeTable", "{}", "ValidationException",
     "The parameter 'TableName' is required but was not present in the request"},
    {"DescribeTable", "{'TableName':'ab'}", "ValidationException",
     "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: "
     "Member must have length greater than or equal to 3"},
    {"Query", "{'TableName':'events','Limit':0}", "ValidationException",
     "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must "
     "have value greater than or equal to 1"},
    {"CreateTable",
     "{'TableName':'three','AttributeDefinitions':[],'KeySchema':[{'AttributeName':'a',"
     "'KeyType':'HASH'},{'AttributeName':'b','KeyType':'RANGE'},{'AttributeName':'c',"
     "'KeyType':'RANGE'}]}",
     "ValidationException",
     "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
     "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
     "keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length "
     "less than or equal to 2"},
    {"UpdateTable", "{'TableName':'things'}", "ValidationException",
     "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
     "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
     "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
     "OnDemandThroughput, WarmThroughput or TableClass is required"},
    // An ARN names one table of one region and account, wherever a name may stand.
    {"GetItem",
     "{'TableName':'arn:aws:dynamodb:eu-west-1:000000000000:table/things','Key':{'id':{'S':'a'}}}",
     "ValidationException",
     "1 validation error detected: Invalid AWS region in "
     "'arn:aws:dynamodb:eu-west-1:000000000000:table/things'"},
    {"DescribeTable", "{'TableName':'arn:aws-cn:dynamodb:us-east-1:000000000000:table/things'}",
     "ValidationException",
     "1 validation error detected: Invalid AWS partition in "
     "'arn:aws-cn:dynamodb:us-east-1:000000000000:table/things'"},
    {"BatchGetItem",
     "{'RequestItems':{'arn:aws:dynamodb:us-west-2:000000000000:table/things':"
     "{'Keys':[{'id':{'S':'a'}}]}}}",
     "ValidationException",
     "1 validation error detected: Invalid AWS region in "
     "'arn:aws:dynamodb:us-west-2:000000000000:table/things'"},
    {"TransactWriteItems",
     "{'TransactItems':[{'Delete':{'Key':{'id':{'S':'a'}},'TableName':"
     "'arn:aws:dynamodb:us-east-1:000000000000:table/things/index/i'}}]}",
     "ValidationException",
     "1 validation error detected: Invalid resource type in "
     "'arn:aws:dynamodb:us-east-1:000000000000:table/things/index/i'"},
    {"Scan", "{'TableName':'arn:aws:s3:us-east-1:000000000000:table/things'}",
     "ValidationException",
     "1 validation error detected: Valid ARN format is "
     "arn:aws:dynamodb:<region>:<account>:table/<table name>, not "
     "'arn:aws:s3:us-east-1:000000000000:table/things'"},
    {"Scan", "{'TableName':'arn:aws:dynamodb:us-east-1:111122223333:table/things'}",
     "AccessDeniedException",
     "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:Scan on "
     "resource: arn:aws:dynamodb:us-east-1:111122223333:table/things because no resource-based "
     "policy allows the dynamodb:Scan action"},
    // What is not done here says so by its name.
    {"UpdateTable",
     "{'TableName':'things','ReplicaUpdates':[{'Create':{'RegionName':'us-west-2',"
     "'TableClassOverride':'STANDARD'}}]}",
     "ValidationException",
     "TableClassOverride is not supported by Lifeboat (docs/compatibility.md lists what is)"},
    {"UpdateTable",
     "{'TableName':'things','ReplicaUpdates':[{'Create':{'RegionName':'us-west-2',"
     "'GlobalSecondaryIndexes':[{'IndexName':'none'}]}}]}",
     "ValidationException",
     "GlobalSecondaryIndexes is not supported by Lifeboat (docs/compatibility.md lists what is)"},
    {"UpdateTable",
     "{'TableName':'things','ReplicaUpdates':[{'Disassociate':{'RegionName':'us-west-2'}}]}",
     "ValidationException",
     "Disassociate is not supported by Lifeboat (docs/compatibility.md lists what is)"},
    {"UpdateTable", "{'TableName':'things','DisassociationProtectionEnabled':true}",
     "ValidationException",
     "DisassociationProtectionEnabled is not supported by Lifeboat (docs/compatibility.md lists "
     "what is)"},
    {"UpdateTable",
     "{'TableName':'things','ReplicaUpdates':[{'Create':{'RegionName':'us-west-2',"
     "'OnDemandThroughputOverride':'abc'}}]}",
     "SerializationException", "Unexpected field type"},
    {"CreateBackup", "{}", "UnknownOperationException",
     "The operation CreateBackup is not offered by Lifeboat"},
    {"ExecuteStatement", "{}", "UnknownOperationException",
     "The operation ExecuteStatement is not offered by Lifeboat"},
    {"RestoreTableToPointInTime", "{}", "UnknownOperationException",
     "The operation RestoreTableToPointInTime is not offered by Lifeboat"},
    {"CreateGlobalTable",
     "{'GlobalTableName':'things','ReplicationGroup':[{'RegionName':'us-east-1'}]}",
     "ValidationException",
     "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is "
     "not supported. We recommend using DynamoDB global tables version 2019.11.21, instead of "
     "version 2017.11.29 (Legacy)."},
    {"DescribeGlobalTable", "{'GlobalTableName':'things'}", "GlobalTableNotFoundException",
     "Global table not found: Global table with name: 'things' does not exist."},
};

TEST_F(ServiceTest, Refusals) {
  MakeTables();
  for (const Refusal& refusal : kRefusals) {
    const Answer answer = Call(refusal.operation, refusal.body);
    EXPECT_EQ(answer.status, 400) << refusal.operation << refusal.body;
    EXPECT_EQ(answer.Type(), refusal.type) << refusal.operation << refusal.body;
    EXPECT_EQ(answer.Message(), refusal.message) << refusal.operation << refusal.body;
  }
}

TEST_F(ServiceTest, EveryAnswerHasAnIdAndAChecksum) {
  for (const char* operation : {"ListTables", "Nonsense"}) {
    const Answer answer = Call(operation, "{}");
    EXPECT_EQ(answer.headers.Get("x-amzn-RequestId").size(), 52u);
    EXPECT_EQ(answer.headers.Get("x-amz-crc32"), std::to_string(Crc32(answer.body)));
    EXPECT_EQ(answer.headers.Get("Content-Type"), "application/x-amz-json-1.0");
  }
}

TEST_F(ServiceTest, AnAcknowledgedWriteSurvivesACrashAndOthersAreNotAcknowledged) {
  MakeTables();
  Put("{'id':{'S':'a'},'n':{'N':'1'}}");
  auto unanswered = std::make_shared<Answer>();
  world_.Start("us-east-1", "PutItem", Q("{'TableName':'things','Item':{'id':{'S':'b'}}}"),
               unanswered);
  EXPECT_EQ(unanswered->status, 0);
  world_.Crash("us-east-1");
  EXPECT_EQ(Get("a"), Q("{'Item':{'id':{'S':'a'},'n':{'N':'1'}}}"));
  EXPECT_EQ(Get("b"), "{}");
}

TEST_F(ServiceTest, TheLogHasNoGapsAcrossCrashes) {
  MakeTables();
  for (int i = 0; i < 5; ++i) {
    Put("{'id':{'S':'a" + std::to_string(i) + "'}}");
    auto lost = std::make_shared<Answer>();
    world_.Start("us-east-1", "PutItem", Q("{'TableName':'things','Item':{'id':{'S':'x'}}}"), lost);
    world_.Crash("us-east-1");
  }
  storage::MemoryEngine& engine = world_["us-east-1"].engine;
  const auto it = engine.NewIterator(storage::Space::kLog, "", "");
  std::vector<storage::ChangeRecord> records;
  for (it->Seek(""); it->Valid(); it->Next()) {
    records.push_back(*storage::DecodeChangeRecord(it->value()));
  }
  ASSERT_EQ(records.size(), 5u);
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].sequence, i + 1);
    if (i > 0) {
      EXPECT_GT(records[i].version, records[i - 1].version);
    }
  }
}

TEST_F(ServiceTest, ItemCountsAreRightAfterACrash) {
  MakeTables();
  for (int i = 0; i < 3; ++i) Put("{'id':{'S':'a" + std::to_string(i) + "'}}");
  world_["us-east-1"].service->Tick();
  world_.Settle();
  for (int i = 2; i < 5; ++i) Put("{'id':{'S':'a" + std::to_string(i) + "'}}");
  const auto count = [&] {
    return Call("DescribeTable", "{'TableName':'things'}")
        .json.FindPath({"Table", "ItemCount"})
        ->as_int();
  };
  EXPECT_EQ(count(), 5);
  world_.Crash("us-east-1");
  EXPECT_EQ(count(), 5);
}

TEST_F(ServiceTest, WritesOfOneKeyWaitForEachOther) {
  MakeTables();
  Put("{'id':{'S':'a'},'n':{'N':'0'}}");
  std::vector<std::shared_ptr<Answer>> answers;
  for (int i = 0; i < 20; ++i) {
    answers.push_back(std::make_shared<Answer>());
    world_.Start("us-east-1", "UpdateItem",
                 Q("{'TableName':'things','Key':{'id':{'S':'a'}},'UpdateExpression':"
                   "'ADD n :one','ExpressionAttributeValues':{':one':{'N':'1'}}}"),
                 answers.back());
  }
  world_.Settle();
  for (const auto& answer : answers) EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(Get("a"), Q("{'Item':{'id':{'S':'a'},'n':{'N':'20'}}}"));
}

TEST_F(ServiceTest, PointInTimeRecoveryKeepsTheLogFromItsEnabling) {
  MakeTables();
  const auto tick = [&] {
    world_["us-east-1"].service->Tick();
    world_.Settle();
  };
  const auto log_size = [&] { return world_["us-east-1"].engine.key_count(storage::Space::kLog); };
  for (int i = 0; i < 1100; ++i) Put("{'id':{'S':'a" + std::to_string(i % 10) + "'}}");
  tick();
  EXPECT_EQ(log_size(), 1u);  // Nobody needs the log.
  const Answer enabled = Call("UpdateContinuousBackups",
                              "{'TableName':'things','PointInTimeRecoverySpecification':"
                              "{'PointInTimeRecoveryEnabled':true}}");
  const json::Value& recovery =
      *enabled.json.FindPath({"ContinuousBackupsDescription", "PointInTimeRecoveryDescription"});
  EXPECT_EQ(recovery.GetString("PointInTimeRecoveryStatus"), "ENABLED");
  EXPECT_EQ(recovery.Find("RecoveryPeriodInDays")->as_int(), 35);
  EXPECT_EQ(*recovery.Find("EarliestRestorableDateTime"),
            *recovery.Find("LatestRestorableDateTime"));
  for (int i = 0; i < 1100; ++i) Put("{'id':{'S':'a" + std::to_string(i % 10) + "'}}");
  world_.clock.Advance(Duration::Hours(24 * 34));
  tick();
  EXPECT_EQ(log_size(), 1101u);
  world_.clock.Advance(Duration::Hours(24 * 2));
  Put("{'id':{'S':'z'}}");
  tick();
  EXPECT_EQ(log_size(), 1u);
}

TEST_F(ServiceTest, StreamsKeepTheLogForADay) {
  MakeTables();
  Call("UpdateTable",
       "{'TableName':'things','StreamSpecification':{'StreamEnabled':true,"
       "'StreamViewType':'NEW_IMAGE'}}");
  for (int i = 0; i < 1100; ++i) Put("{'id':{'S':'a" + std::to_string(i % 10) + "'}}");
  storage::MemoryEngine& engine = world_["us-east-1"].engine;
  world_.clock.Advance(Duration::Hours(23));
  world_["us-east-1"].service->Tick();
  world_.Settle();
  EXPECT_EQ(engine.key_count(storage::Space::kLog), 1100u);
  world_.clock.Advance(Duration::Hours(2));
  world_["us-east-1"].service->Tick();
  world_.Settle();
  EXPECT_EQ(engine.key_count(storage::Space::kLog), 1u);
}

TEST_F(ServiceTest, StreamIsSwitchedOnOnceAndOff) {
  MakeTables();
  const std::string on =
      "{'TableName':'things','StreamSpecification':{'StreamEnabled':true,"
      "'StreamViewType':'NEW_IMAGE'}}";
  const std::string off = "{'TableName':'things','StreamSpecification':{'StreamEnabled':false}}";
  EXPECT_EQ(Call("UpdateTable", off).Message(),
            "Table has no stream to disable: TableName: things");
  const Answer enabled = Call("UpdateTable", on);
  ASSERT_EQ(enabled.status, 200) << enabled.body;
  const std::string first =
      enabled.json.FindPath({"TableDescription", "LatestStreamArn"})->as_string();
  EXPECT_EQ(Call("UpdateTable", on).Message(),
            "Table already has an enabled stream: TableName: things");
  EXPECT_EQ(Call("UpdateTable", off).status, 200);
  const Answer again = Call("UpdateTable", on);
  EXPECT_NE(again.json.FindPath({"TableDescription", "LatestStreamArn"})->as_string(), first);
}

TEST_F(ServiceTest, DeletionProtection) {
  MakeTables();
  Call("UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':true}");
  EXPECT_EQ(Call("DeleteTable", "{'TableName':'things'}").Message(),
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
  Call("UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':false}");
  EXPECT_EQ(Call("DeleteTable", "{'TableName':'things'}").status, 200);
}

TEST_F(ServiceTest, TagsAndTimeToLive) {
  MakeTables();
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
  EXPECT_EQ(Call("TagResource", "{'ResourceArn':'" + arn +
                                    "','Tags':[{'Key':'a','Value':'1'},{'Key':'b','Value':'2'}]}")
                .body,
            "");
  Call("UntagResource", "{'ResourceArn':'" + arn + "','TagKeys':['a']}");
  EXPECT_EQ(Call("ListTagsOfResource", "{'ResourceArn':'" + arn + "'}").body,
            Q("{'Tags':[{'Key':'b','Value':'2'}]}"));
  const std::string enable =
      "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ttl'}}";
  EXPECT_EQ(Call("UpdateTimeToLive", enable).status, 200);
  EXPECT_EQ(Call("UpdateTimeToLive", enable).Message(), "TimeToLive is already enabled");
  EXPECT_EQ(Call("DescribeTimeToLive", "{'TableName':'things'}").body,
            Q("{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'ttl'}}"));
}

}  // namespace
}  // namespace lifeboat::dynamodb
