// Batches, transactions, indexes, legacy parameters, streams and expiry through the service.
#include "dynamodb/test_world.h"

namespace lifeboat::dynamodb {
namespace {

using testing::Answer;
using testing::Q;
using testing::TestWorld;

class BatchesTest : public ::testing::Test {
 protected:
  BatchesTest() : world_({"us-east-1"}) {
    const Answer created = Call(
        "CreateTable",
        "{'TableName':'things','KeySchema':[{'AttributeName':'id','KeyType':'HASH'},"
        "{'AttributeName':'at','KeyType':'RANGE'}],'AttributeDefinitions':["
        "{'AttributeName':'id','AttributeType':'S'},{'AttributeName':'at','AttributeType':'N'},"
        "{'AttributeName':'color','AttributeType':'S'},{'AttributeName':'size','AttributeType':'N'}"
        "],'BillingMode':'PAY_PER_REQUEST','LocalSecondaryIndexes':[{'IndexName':'by-size',"
        "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'},{'AttributeName':'size',"
        "'KeyType':'RANGE'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
        "'GlobalSecondaryIndexes':[{'IndexName':'by-color','KeySchema':[{'AttributeName':'color',"
        "'KeyType':'HASH'},{'AttributeName':'size','KeyType':'RANGE'}],'Projection':"
        "{'ProjectionType':'INCLUDE','NonKeyAttributes':['note']}}],"
        "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'NEW_AND_OLD_IMAGES'}}");
    EXPECT_EQ(created.status, 200) << created.body;
    stream_ = created.json.FindPath({"TableDescription", "LatestStreamArn"})->as_string();
  }
  Answer Call(std::string_view operation, const std::string& body) {
    return world_.Call(operation, body);
  }
  static std::string Thing(int at, const std::string& rest = "") {
    return "{'id':{'S':'a'},'at':{'N':'" + std::to_string(at) + "'}" + rest + "}";
  }
  Answer Put(int at, const std::string& rest = "") {
    return Call("PutItem", "{'TableName':'things','Item':" + Thing(at, rest) + "}");
  }
  std::string Get(int at) {
    return Call("GetItem", "{'TableName':'things','Key':" + Thing(at) + "}").body;
  }
  /// The `at`s that a query finds.
  std::string Query(const std::string& rest) {
    const Answer answer = Call("Query", "{'TableName':'things'," + rest + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::string found;
    const json::Value* items = answer.json.Find("Items");
    if (!items) return "?";
    for (const json::Value& item : items->as_array()) {
      found += item.FindPath({"at", "N"})->as_string() + " ";
    }
    return found;
  }
  std::string ByColor(const std::string& color) {
    return Query(
        "'IndexName':'by-color','KeyConditionExpression':'color = :c',"
        "'ExpressionAttributeValues':{':c':{'S':'" +
        color + "'}}");
  }
  std::string Iterator(const std::string& type) {
    const Answer described = Call("Streams.DescribeStream", "{'StreamArn':'" + stream_ + "'}");
    const std::string shard = described.json.FindPath({"StreamDescription", "Shards"})
                                  ->as_array()[0]
                                  .GetString("ShardId");
    const Answer iterator =
        Call("Streams.GetShardIterator", "{'StreamArn':'" + stream_ + "','ShardId':'" + shard +
                                             "','ShardIteratorType':'" + type + "'}");
    return iterator.json.GetString("ShardIterator");
  }
  json::Array Records() {
    const Answer records =
        Call("Streams.GetRecords", "{'ShardIterator':'" + Iterator("TRIM_HORIZON") + "'}");
    EXPECT_EQ(records.status, 200) << records.body;
    EXPECT_FALSE(records.json.GetString("NextShardIterator").empty());
    return records.json.Find("Records")->as_array();
  }

  TestWorld world_;
  std::string stream_;
};

TEST_F(BatchesTest, IndexesFollowTheirItems) {
  Put(1, ",'color':{'S':'red'},'size':{'N':'9'}");
  Put(2, ",'color':{'S':'red'},'size':{'N':'5'},'note':{'S':'n'},'more':{'S':'m'}");
  Put(3, ",'color':{'S':'blue'}");  // Sparse: it has no size.
  EXPECT_EQ(ByColor("red"), "2 1 ");
  EXPECT_EQ(ByColor("blue"), "");
  const Answer projected = Call("Scan", "{'TableName':'things','IndexName':'by-color'}");
  EXPECT_EQ(json::Write(projected.json.Find("Items")->as_array()[0]),
            Q("{'at':{'N':'2'},'color':{'S':'red'},'id':{'S':'a'},'note':{'S':'n'},"
              "'size':{'N':'5'}}"));
  Put(2, ",'color':{'S':'blue'},'size':{'N':'5'}");
  EXPECT_EQ(ByColor("red"), "1 ");
  EXPECT_EQ(ByColor("blue"), "2 ");
  Call("DeleteItem", "{'TableName':'things','Key':" + Thing(1) + "}");
  EXPECT_EQ(ByColor("red"), "");
  EXPECT_EQ(Put(4, ",'color':{'N':'1'}").Message(),
            "One or more parameter values were invalid: Type mismatch for Index Key color "
            "Expected: S Actual: N IndexName: by-color");
}

TEST_F(BatchesTest, ALocalIndexCanFetchWholeItems) {
  Put(1, ",'size':{'N':'9'},'more':{'S':'m'}");
  const Answer answer =
      Call("Query",
           "{'TableName':'things','IndexName':'by-size','Select':'ALL_ATTRIBUTES',"
           "'KeyConditionExpression':'id = :a','ExpressionAttributeValues':"
           "{':a':{'S':'a'}},'ReturnConsumedCapacity':'TOTAL'}");
  EXPECT_EQ(answer.json.Find("Items")->as_array()[0].FindPath({"more", "S"})->as_string(), "m");
  EXPECT_EQ(answer.json.FindPath({"ConsumedCapacity", "CapacityUnits"})->as_double(), 1.0);
}

TEST_F(BatchesTest, AnIndexIsAddedWithBackfillAndDropped) {
  for (int i = 0; i < 200; ++i) Put(i, ",'kind':{'S':'k'}");
  // From before the index: what it cannot hold is left out.
  const std::string unfit[] = {"''", "'" + std::string(2049, 'k') + "'"};
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(Put(300 + i, ",'kind':{'S':" + unfit[i] + "}").status, 200);
  }
  Put(302, ",'kind':{'N':'1'}");
  const Answer added =
      Call("UpdateTable",
           "{'TableName':'things','AttributeDefinitions':[{'AttributeName':'kind',"
           "'AttributeType':'S'}],'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'by-kind',"
           "'KeySchema':[{'AttributeName':'kind','KeyType':'HASH'}],'Projection':"
           "{'ProjectionType':'ALL'}}}]}");
  ASSERT_EQ(added.status, 200) << added.body;
  const std::string all = "{'TableName':'things','IndexName':'by-kind','Select':'COUNT'}";
  EXPECT_EQ(Call("Scan", all).json.Find("Count")->as_int(), 200);
  Call("UpdateTable",
       "{'TableName':'things','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'by-kind'}}]}");
  EXPECT_EQ(Call("Scan", all).Message(), "The table does not have the specified index: by-kind");
  world_.Crash("us-east-1");
  world_.Settle();
  size_t entries = 0;
  const auto it = world_["us-east-1"].engine.NewIterator(storage::Space::kItems, "", "");
  for (it->Seek(""); it->Valid(); it->Next()) entries += it->key()[8] == 3;
  EXPECT_EQ(entries, 0u);
}

TEST_F(BatchesTest, LegacyParameters) {
  Put(1, ",'n':{'N':'1'}");
  const std::string expected = ",'Expected':{'n':{'Value':{'N':'2'}}}}";
  EXPECT_EQ(Call("PutItem", "{'TableName':'things','Item':" + Thing(1) + expected).Type(),
            "ConditionalCheckFailedException");
  const Answer updated =
      Call("UpdateItem", "{'TableName':'things','Key':" + Thing(1) +
                             ",'AttributeUpdates':{'n':{'Action':'ADD','Value':{'N':'4'}}},"
                             "'ReturnValues':'UPDATED_NEW'}");
  EXPECT_EQ(updated.body, Q("{'Attributes':{'n':{'N':'5'}}}"));
  EXPECT_EQ(Query("'KeyConditions':{'id':{'ComparisonOperator':'EQ','AttributeValueList':"
                  "[{'S':'a'}]}},'QueryFilter':{'n':{'ComparisonOperator':'GT',"
                  "'AttributeValueList':[{'N':'4'}]}}"),
            "1 ");
  EXPECT_EQ(Call("PutItem", "{'TableName':'things','Item':" + Thing(1) +
                                ",'ConditionExpression':'n = n'" + expected)
                .Message(),
            "1 validation error detected: Can not use both expression and non-expression "
            "parameters in the same request: Non-expression parameters: {Expected} Expression "
            "parameters: {ConditionExpression}");
}

TEST_F(BatchesTest, BatchWriteAndBatchGet) {
  std::string puts;
  for (int i = 0; i < 20; ++i) {
    puts += (i ? "," : "") + ("{'PutRequest':{'Item':" + Thing(i) + "}}");
  }
  const Answer written = Call("BatchWriteItem", "{'RequestItems':{'things':[" + puts + "]}}");
  EXPECT_EQ(written.body, Q("{'UnprocessedItems':{}}"));
  Call("BatchWriteItem",
       "{'RequestItems':{'things':[{'DeleteRequest':{'Key':" + Thing(3) + "}}]}}");
  const Answer got = Call("BatchGetItem", "{'RequestItems':{'things':{'Keys':[" + Thing(2) + "," +
                                              Thing(3) + "," + Thing(4) + "]}}}");
  EXPECT_EQ(got.body, Q("{'Responses':{'things':[{'at':{'N':'2'},'id':{'S':'a'}},"
                        "{'at':{'N':'4'},'id':{'S':'a'}}]},'UnprocessedKeys':{}}"));
  EXPECT_EQ(Call("BatchGetItem",
                 "{'RequestItems':{'things':{'Keys':[" + Thing(2) + "," + Thing(2) + "]}}}")
                .Message(),
            "Provided list of item keys contains duplicates");
  EXPECT_EQ(Call("BatchGetItem", "{'RequestItems':{}}").Message(),
            "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1");
  EXPECT_EQ(Call("BatchWriteItem", "{'RequestItems':{'things':[]}}").Message(),
            "1 validation error detected: Value '{things=[]}' at 'requestItems' failed to satisfy "
            "constraint: Map value must satisfy constraint: [Member must have length less than or "
            "equal to 25, Member must have length greater than or equal to 1]");
  EXPECT_EQ(Call("BatchWriteItem",
                 "{'RequestItems':{'things':[{'PutRequest':{'Item':{'id':{'N':'5'}}}}]}}")
                .Message(),
            "The provided key element does not match the schema");
}

TEST_F(BatchesTest, TransactionsAreAllOrNothing) {
  Put(1, ",'n':{'N':'1'}");
  const auto transact = [&](const std::string& condition, const std::string& token) {
    return Call("TransactWriteItems",
                "{'ClientRequestToken':'" + token +
                    "','TransactItems':["
                    "{'Put':{'TableName':'things','Item':" +
                    Thing(7) +
                    "}},"
                    "{'Update':{'TableName':'things','Key':" +
                    Thing(1) + ",'UpdateExpression':'ADD n :one','ConditionExpression':'" +
                    condition +
                    "','ExpressionAttributeValues':{':one':{'N':'1'}},"
                    "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}}]}");
  };
  const Answer cancelled = transact("n > :one", "t1");
  EXPECT_EQ(cancelled.Type(), "TransactionCanceledException");
  EXPECT_EQ(cancelled.Message(),
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ConditionalCheckFailed]");
  const json::Value& reason = cancelled.json.Find("CancellationReasons")->as_array()[1];
  EXPECT_EQ(reason.FindPath({"Item", "n", "N"})->as_string(), "1");
  EXPECT_EQ(Get(7), "{}");

  EXPECT_EQ(transact("n = :one", "t1").body, "{}");
  EXPECT_EQ(transact("n = :one", "t1").body, "{}");  // The same token: not done again.
  EXPECT_EQ(transact("n >= :one", "t1").Type(), "IdempotentParameterMismatchException");
  EXPECT_EQ(Get(1), Q("{'Item':{'at':{'N':'1'},'id':{'S':'a'},'n':{'N':'2'}}}"));
  world_.Crash("us-east-1");
  EXPECT_EQ(transact("n = :one", "t1").body, "{}");
  EXPECT_EQ(Get(1), Q("{'Item':{'at':{'N':'1'},'id':{'S':'a'},'n':{'N':'2'}}}"));
  world_.clock.Advance(Duration::Minutes(11));
  world_["us-east-1"].service->Tick();
  world_.Settle();
  EXPECT_EQ(transact("n = :one", "t1").Type(), "TransactionCanceledException");
}

// SDKs serialise maps and sets anew with each try.
TEST_F(BatchesTest, ATokenHoldsForTheSameRequestInAnotherSpelling) {
  const auto transact = [&](const std::string& put) {
    return Call("TransactWriteItems",
                "{'ClientRequestToken':'spelled','TransactItems':[{'Put':{" + put + "}}]}");
  };
  EXPECT_EQ(transact("'TableName':'things','Item':{'id':{'S':'a'},'at':{'N':'1'},"
                     "'m':{'M':{'N':{'S':'x'},'SS':{'L':[{'S':'b'},{'S':'a'}]}}},"
                     "'s':{'SS':['b','a']},'n':{'NS':['2','1.0']}}")
                .body,
            "{}");
  EXPECT_EQ(transact("'Item':{'n':{'NS':['1','2']},'s':{'SS':['a','b']},"
                     "'m':{'M':{'SS':{'L':[{'S':'b'},{'S':'a'}]},'N':{'S':'x'}}},"
                     "'at':{'N':'1.00'},'id':{'S':'a'}},'ConditionExpression':null,"
                     "'TableName':'things'")
                .body,
            "{}");
  EXPECT_EQ(transact("'TableName':'things','Item':{'id':{'S':'a'},'at':{'N':'1'},"
                     "'m':{'M':{'N':{'S':'x'},'SS':{'L':[{'S':'a'},{'S':'b'}]}}},"
                     "'s':{'SS':['b','a']},'n':{'NS':['2','1.0']}}")
                .Type(),
            "IdempotentParameterMismatchException");
}

TEST_F(BatchesTest, TransactionsRefuseAndConflict) {
  const std::string put = "{'Put':{'TableName':'things','Item':" + Thing(1) + "}}";
  EXPECT_EQ(Call("TransactWriteItems", "{'TransactItems':[" + put + "," + put + "]}").Message(),
            "Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(Call("TransactWriteItems",
                 "{'TransactItems':[{'Put':{'TableName':'things','Item':{'id':{'N':'5'},"
                 "'at':{'N':'1'}}}}]}")
                .json.Find("CancellationReasons")
                ->as_array()[0]
                .GetString("Message"),
            "One or more parameter values were invalid: Type mismatch for key id expected: S "
            "actual: N");
  EXPECT_EQ(Call("TransactWriteItems",
                 "{'TransactItems':[{'Put':{'TableName':'nope','Item':{'id':{'S':'5'}}}}]}")
                .Message(),
            "Requested resource not found");

  auto first = std::make_shared<Answer>();
  auto second = std::make_shared<Answer>();
  auto single = std::make_shared<Answer>();
  world_.Start("us-east-1", "TransactWriteItems", Q("{'TransactItems':[" + put + "]}"), first);
  world_.Start("us-east-1", "TransactWriteItems", Q("{'TransactItems':[" + put + "]}"), second);
  world_.Start("us-east-1", "PutItem", Q("{'TableName':'things','Item':" + Thing(1) + "}"), single);
  world_.Settle();
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(second->json.Find("CancellationReasons")->as_array()[0].GetString("Code"),
            "TransactionConflict");
  EXPECT_EQ(single->Type(), "TransactionConflictException");
}

TEST_F(BatchesTest, TransactGet) {
  Put(1, ",'n':{'N':'1'}");
  const auto get = [](int at) { return "{'Get':{'TableName':'things','Key':" + Thing(at) + "}}"; };
  EXPECT_EQ(Call("TransactGetItems", "{'ReturnConsumedCapacity':'TOTAL','TransactItems':[" +
                                         get(1) + "," + get(2) + "]}")
                .body,
            Q("{'Responses':[{'Item':{'at':{'N':'1'},'id':{'S':'a'},'n':{'N':'1'}}},{}],"
              "'ConsumedCapacity':[{'TableName':'things','CapacityUnits':4.0,"
              "'ReadCapacityUnits':4.0}]}"));
}

TEST_F(BatchesTest, StreamShowsChangesOnly) {
  Put(1, ",'n':{'N':'1'}");
  Put(1, ",'n':{'N':'1'}");  // Changes nothing.
  Put(1, ",'n':{'N':'2'}");
  Call("DeleteItem", "{'TableName':'things','Key':" + Thing(1) + "}");
  Call("DeleteItem", "{'TableName':'things','Key':" + Thing(1) + "}");  // There is none.
  const json::Array records = Records();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].GetString("eventName"), "INSERT");
  EXPECT_EQ(records[1].GetString("eventName"), "MODIFY");
  EXPECT_EQ(records[2].GetString("eventName"), "REMOVE");
  EXPECT_EQ(records[0].GetString("awsRegion"), "us-east-1");
  EXPECT_EQ(records[0].GetString("eventID").size(), 32u);
  EXPECT_EQ(records[1].FindPath({"dynamodb", "OldImage", "n", "N"})->as_string(), "1");
  EXPECT_EQ(records[1].FindPath({"dynamodb", "NewImage", "n", "N"})->as_string(), "2");
  EXPECT_EQ(records[2].FindPath({"dynamodb", "NewImage"}), nullptr);
  EXPECT_LT(records[0].FindPath({"dynamodb", "SequenceNumber"})->as_string(),
            records[1].FindPath({"dynamodb", "SequenceNumber"})->as_string());
}

// The log of a disk that was put back goes on with sequences that a reader has already passed: what
// stands there now is another history, and must not look like the next records of the old one.
TEST_F(BatchesTest, AnIteratorOfAHistoryThatWasRolledBackIsRefused) {
  storage::MemoryEngine& engine = world_["us-east-1"].engine;
  const auto read = [&](const std::string& iterator) {
    return Call("Streams.GetRecords", "{'ShardIterator':'" + iterator + "','Limit':1}");
  };
  Put(1);
  Put(2);
  const auto copy = engine.TakeImage();
  const std::string before = read(Iterator("TRIM_HORIZON")).json.GetString("NextShardIterator");
  const std::string fork = Iterator("LATEST");
  world_.Crash("us-east-1");  // What comes now is of a generation of its own.
  Put(3);
  Put(4);
  const std::string lost = read(fork).json.GetString("NextShardIterator");
  EXPECT_EQ(read(lost).json.Find("Records")->as_array().size(), 1u);
  world_.RollBack("us-east-1", *copy);
  EXPECT_EQ(read(lost).Type(), "TrimmedDataAccessException") << "past the end";
  for (int at = 5; at <= 8; ++at) Put(at);
  EXPECT_EQ(read(lost).Type(), "TrimmedDataAccessException") << "in the new history";
  // What both histories share is read on from.
  const json::Value next = read(before).json;
  EXPECT_EQ(
      next.Find("Records")->as_array()[0].FindPath({"dynamodb", "Keys", "at", "N"})->as_string(),
      "2");
  const json::Value first_new = read(fork).json;
  EXPECT_EQ(first_new.Find("Records")
                ->as_array()[0]
                .FindPath({"dynamodb", "Keys", "at", "N"})
                ->as_string(),
            "5");
}

TEST_F(BatchesTest, ADisabledStreamEndsAndGoes) {
  Put(1);
  Call("UpdateTable", "{'TableName':'things','StreamSpecification':{'StreamEnabled':false}}");
  Put(2);
  const Answer described = Call("Streams.DescribeStream", "{'StreamArn':'" + stream_ + "'}");
  const json::Value& description = *described.json.Find("StreamDescription");
  EXPECT_EQ(description.GetString("StreamStatus"), "DISABLED");
  const std::string shard = description.Find("Shards")->as_array()[0].GetString("ShardId");
  const Answer iterator =
      Call("Streams.GetShardIterator", "{'StreamArn':'" + stream_ + "','ShardId':'" + shard +
                                           "','ShardIteratorType':'TRIM_HORIZON'}");
  const std::string get = "{'ShardIterator':'" + iterator.json.GetString("ShardIterator") + "'}";
  const Answer records = Call("Streams.GetRecords", get);
  EXPECT_EQ(records.json.Find("Records")->as_array().size(), 1u);
  EXPECT_EQ(records.json.Find("NextShardIterator"), nullptr);
  world_.clock.Advance(Duration::Minutes(16));
  EXPECT_EQ(Call("Streams.GetRecords", get).Type(), "ExpiredIteratorException");
  EXPECT_EQ(Call("Streams.ListStreams", "{}").json.Find("Streams")->as_array().size(), 1u);
  world_.clock.Advance(Duration::Hours(24));
  EXPECT_EQ(Call("Streams.ListStreams", "{}").json.Find("Streams")->as_array().size(), 0u);
  EXPECT_EQ(Call("Streams.DescribeStream", "{'StreamArn':'" + stream_ + "'}").Message(),
            "Requested resource not found: Stream: " + stream_ + " not found");
}

TEST_F(BatchesTest, ItemsExpire) {
  Call("UpdateTimeToLive",
       "{'TableName':'things','TimeToLiveSpecification':{'Enabled':true,"
       "'AttributeName':'ttl'}}");
  const int64_t now = world_.clock.WallNow().unix_seconds();
  Put(1, ",'ttl':{'N':'" + std::to_string(now + 60) + "'}");
  Put(2, ",'ttl':{'N':'" + std::to_string(now + 600) + "'}");
  Put(3, ",'ttl':{'S':'" + std::to_string(now + 60) + "'}");
  Put(4, ",'ttl':{'N':'1'}");  // Too long ago to be meant.
  const auto tick = [&] {
    world_["us-east-1"].service->Tick();
    world_.Settle();
  };
  tick();
  EXPECT_NE(Get(1), "{}");
  world_.clock.Advance(Duration::Seconds(61));
  tick();
  EXPECT_EQ(Get(1), "{}");
  EXPECT_NE(Get(2), "{}");
  EXPECT_NE(Get(3), "{}");
  EXPECT_NE(Get(4), "{}");
  const json::Value removed = Records().back();
  EXPECT_EQ(removed.GetString("eventName"), "REMOVE");
  EXPECT_EQ(removed.FindPath({"userIdentity", "PrincipalId"})->as_string(),
            "dynamodb.amazonaws.com");
}

}  // namespace
}  // namespace lifeboat::dynamodb
