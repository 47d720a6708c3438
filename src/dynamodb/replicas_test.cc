// Global tables: what clients of each region see while members come and go, and what replication
// is told.
#include "dynamodb/replicas.h"

#include "dynamodb/test_world.h"

namespace lifeboat::dynamodb {
namespace {

using testing::Answer;
using testing::Q;
using testing::TestWorld;

constexpr const char* kEast = "us-east-1";
constexpr const char* kWest = "us-west-2";
constexpr const char* kIreland = "eu-west-1";

class ReplicasTest : public ::testing::Test {
 protected:
  ReplicasTest() : world_({kEast, kWest, kIreland}) { MakeTable(kEast); }
  /// What is said within the time that a region has to make or to refuse its replica.
  Answer Update(const char* at, const char* action, const char* region) {
    const auto answer = Ask(at, action, region);
    if (answer->status == 0) world_.clock.Advance(Duration::Seconds(2));
    world_.Settle();
    return *answer;
  }
  std::shared_ptr<Answer> Ask(const char* at, const char* action, const char* region) {
    auto answer = std::make_shared<Answer>();
    world_.Start(at, "UpdateTable",
                 Q(std::string("{'TableName':'things','ReplicaUpdates':[{'") + action +
                   "':{'RegionName':'" + region + "'}}]}"),
                 answer);
    world_.Settle();
    return answer;
  }
  void MakeTable(const char* at) {
    const Answer created =
        world_.Call(at, "CreateTable",
                    "{'TableName':'things','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
                    "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
                    "'BillingMode':'PAY_PER_REQUEST'}");
    EXPECT_EQ(created.status, 200) << created.body;
  }
  json::Value Describe(const char* at) {
    const Answer answer = world_.Call(at, "DescribeTable", "{'TableName':'things'}");
    const json::Value* table = answer.json.Find("Table");
    return table ? *table : json::Value();
  }
  /// `ACTIVE us-west-2:CREATING ...`, or `none`.
  std::string State(const char* at) {
    const json::Value table = Describe(at);
    if (table.is_null()) return "none";
    std::string text = table.GetString("TableStatus");
    if (const json::Value* replicas = table.Find("Replicas")) {
      for (const json::Value& replica : replicas->as_array()) {
        text += " " + replica.GetString("RegionName") + ":" + replica.GetString("ReplicaStatus");
      }
    }
    return text;
  }
  /// Replication has done its part.
  void CatchUp(const char* region) {
    const auto& groups = world_[region].groups;
    ASSERT_FALSE(groups.empty());
    world_[region].service->OnReplicaCaughtUp(groups.back().table);
    world_.Settle();
  }
  void AddReplica(const char* at, const char* region) {
    const Answer answer = Update(at, "Create", region);
    ASSERT_EQ(answer.status, 200) << answer.body;
    CatchUp(region);
  }
  std::string Put(const char* at, const char* id) {
    return world_
        .Call(at, "PutItem", std::string("{'TableName':'things','Item':{'id':{'S':'") + id + "'}}}")
        .Type();
  }

  TestWorld world_;
};

TEST_F(ReplicasTest, AReplicaComesInSteps) {
  const Answer answer = Update(kEast, "Create", kWest);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json::Value& table = *answer.json.Find("TableDescription");
  EXPECT_EQ(table.GetString("TableStatus"), "UPDATING");
  EXPECT_EQ(table.GetString("GlobalTableVersion"), "2019.11.21");
  EXPECT_TRUE(table.Find("Replicas")->as_array().empty());
  EXPECT_EQ(table.FindPath({"StreamSpecification", "StreamViewType"})->as_string(),
            "NEW_AND_OLD_IMAGES");

  EXPECT_EQ(State(kEast), "UPDATING us-west-2:CREATING");
  EXPECT_EQ(State(kWest), "CREATING us-east-1:ACTIVE");
  EXPECT_EQ(Put(kWest, "a"), "ResourceNotFoundException");
  EXPECT_EQ(Put(kEast, "a"), "");
  EXPECT_EQ(world_.Call(kWest, "DeleteTable", "{'TableName':'things'}").Type(),
            "ResourceInUseException");
  const ReplicationGroup joining = world_[kWest].groups.back();
  EXPECT_TRUE(joining.joining);
  EXPECT_EQ(joining.source, kEast);
  EXPECT_EQ(joining.members, (std::vector<std::string>{kEast, kWest}));
  EXPECT_EQ(world_[kEast].groups.back().table, joining.table);

  CatchUp(kWest);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE");
  EXPECT_FALSE(world_[kWest].groups.back().joining);
  EXPECT_EQ(Put(kWest, "a"), "");
  EXPECT_NE(Describe(kEast).GetString("TableId"), Describe(kWest).GetString("TableId"));
  EXPECT_NE(Describe(kEast).GetString("TableArn"), Describe(kWest).GetString("TableArn"));
}

TEST_F(ReplicasTest, AllMembersLearnOfAThirdAndOfItsRemoval) {
  AddReplica(kEast, kWest);
  AddReplica(kWest, kIreland);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE eu-west-1:ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE eu-west-1:ACTIVE");
  EXPECT_EQ(State(kIreland), "ACTIVE us-west-2:ACTIVE us-east-1:ACTIVE");
  EXPECT_EQ(world_[kEast].groups.back().members.size(), 3u);

  const Answer answer = Update(kEast, "Delete", kIreland);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE");
  EXPECT_EQ(State(kIreland), "none");
  EXPECT_TRUE(world_[kIreland].groups.back().members.empty());
}

TEST_F(ReplicasTest, ARegionThatIsDownGetsItsMessagesOnItsReturn) {
  world_[kWest].up = false;
  EXPECT_EQ(Update(kEast, "Create", kWest).status, 200);
  EXPECT_EQ(State(kEast), "UPDATING us-west-2:CREATING");
  world_.Crash(kEast);
  world_[kWest].up = true;
  world_.Crash(kWest);
  world_.Settle();
  EXPECT_EQ(State(kWest), "CREATING us-east-1:ACTIVE");
  world_.Crash(kWest);
  ASSERT_EQ(world_[kWest].groups.size(), 1u);  // Told again at start.
  EXPECT_TRUE(world_[kWest].groups.back().joining);
  CatchUp(kWest);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
}

TEST_F(ReplicasTest, ATableOfThatNameRefusesTheReplica) {
  MakeTable(kWest);
  const auto refused = Ask(kEast, "Create", kWest);
  EXPECT_EQ(refused->status, 400);
  EXPECT_EQ(refused->Message(),
            "Failed to create a the new replica of table with name: \u2018things\u2019 because one "
            "or more replicas already existed as tables.");
  EXPECT_EQ(State(kEast), "ACTIVE");  // The entry has come and gone.
  EXPECT_EQ(State(kWest), "ACTIVE");
}

TEST_F(ReplicasTest, ARefusalThatComesLateIsShownUntilItIsDeleted) {
  MakeTable(kWest);
  world_[kWest].up = false;
  const auto answer = Ask(kEast, "Create", kWest);
  EXPECT_EQ(answer->status, 0) << "the region may still say something";
  world_.clock.Advance(Duration::Seconds(2));
  world_.Settle();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(State(kEast), "UPDATING us-west-2:CREATING");
  world_[kWest].up = true;
  world_.Settle();
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:CREATION_FAILED");
  const json::Value table = Describe(kEast);
  EXPECT_NE(table.Find("Replicas")
                ->as_array()[0]
                .GetString("ReplicaStatusDescription")
                .find("already existed as tables"),
            std::string::npos);
  EXPECT_TRUE(world_[kEast].groups.back().members.empty()) << "it takes part in nothing";
  world_.Crash(kEast);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:CREATION_FAILED");
  EXPECT_EQ(Update(kEast, "Delete", kWest).status, 200);
  EXPECT_EQ(State(kEast), "ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE") << "the table there is none of ours";
}

TEST_F(ReplicasTest, AReplicaThatFailedCanBeAskedForAgain) {
  MakeTable(kWest);
  world_[kWest].up = false;
  Update(kEast, "Create", kWest);
  world_[kWest].up = true;
  world_.Settle();
  EXPECT_EQ(world_.Call(kWest, "DeleteTable", "{'TableName':'things'}").status, 200);
  AddReplica(kEast, kWest);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE");
}

TEST_F(ReplicasTest, TheLastReplicaLeavesAnOrdinaryTable) {
  AddReplica(kEast, kWest);
  EXPECT_EQ(world_.Call(kWest, "DeleteTable", "{'TableName':'things'}").status, 200);
  EXPECT_EQ(State(kEast), "ACTIVE");
  EXPECT_EQ(Describe(kEast).Find("GlobalTableVersion"), nullptr);
  EXPECT_NE(Describe(kEast).Find("StreamSpecification"), nullptr);
  AddReplica(kEast, kWest);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
}

TEST_F(ReplicasTest, NothingOfAnEarlierStayIsInTheLogOfAReplicaThatReturns) {
  AddReplica(kEast, kWest);
  EXPECT_EQ(Put(kWest, "a"), "");
  const storage::TableId table = world_[kWest].groups.back().table;
  world_.Call(kWest, "DeleteTable", "{'TableName':'things'}");
  const storage::ChangeLogReader log(world_[kWest].engine, table);
  EXPECT_EQ(log.Read(0, 10, 1 << 20)->size(), 1u) << "its stream can be read for a day";
  AddReplica(kEast, kWest);
  EXPECT_TRUE(log.Read(0, 10, 1 << 20)->empty());
  EXPECT_EQ(Put(kWest, "b"), "");
  EXPECT_EQ(log.Read(0, 10, 1 << 20)->size(), 1u);
}

TEST_F(ReplicasTest, SequencesOfAReturningReplicaGoOn) {
  AddReplica(kEast, kWest);
  EXPECT_EQ(Put(kWest, "a"), "");
  const storage::TableId table = world_[kWest].groups.back().table;
  const uint64_t before = world_[kWest].service->GetLogHead(table).durable_sequence;
  EXPECT_GT(before, 0u);
  world_.Call(kWest, "DeleteTable", "{'TableName':'things'}");
  world_.Crash(kWest);
  AddReplica(kEast, kWest);
  EXPECT_EQ(Put(kWest, "b"), "");
  EXPECT_EQ(world_[kWest].service->GetLogHead(table).durable_sequence, before + 1);
}

TEST_F(ReplicasTest, ARecentSourceMayNotLeave) {
  constexpr const char* kRefused =
      "Replica cannot be deleted because it has acted as a source region for new replica(s) being "
      "added to the table in the last 24 hours.";
  AddReplica(kEast, kWest);
  EXPECT_EQ(world_.Call(kEast, "DeleteTable", "{'TableName':'things'}").Message(), kRefused);
  EXPECT_EQ(Update(kWest, "Delete", kEast).Message(), kRefused);
  world_.clock.Advance(Duration::Hours(25));
  EXPECT_EQ(world_.Call(kEast, "DeleteTable", "{'TableName':'things'}").status, 200);
  EXPECT_EQ(State(kWest), "ACTIVE");
}

TEST_F(ReplicasTest, DeletionProtectionOfAReplicaIsRespectedFromAfar) {
  AddReplica(kEast, kWest);
  world_.Call(kWest, "UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':true}");
  EXPECT_EQ(Update(kEast, "Delete", kWest).Message(),
            "Cannot delete table things in region us-west-2 because it has deletion protection "
            "enabled. Disable deletion protection first.");
  EXPECT_EQ(Describe(kEast).Find("DeletionProtectionEnabled")->as_bool(), false);
}

TEST_F(ReplicasTest, AProtectionThatWasNotHeardOfInTimeIsRespectedToo) {
  AddReplica(kEast, kWest);
  world_[kEast].up = false;
  world_.Call(kWest, "UpdateTable", "{'TableName':'things','DeletionProtectionEnabled':true}");
  world_[kEast].up = true;
  world_[kWest].up = false;
  EXPECT_EQ(Update(kEast, "Delete", kWest).status, 200);
  EXPECT_EQ(State(kEast), "UPDATING us-west-2:DELETING");
  world_[kWest].up = true;
  world_.Settle();
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE");
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE");
}

TEST_F(ReplicasTest, SharedSettingsTravelAndRegionalOnesStay) {
  AddReplica(kEast, kWest);
  world_.Call(kWest, "UpdateTimeToLive",
              "{'TableName':'things','TimeToLiveSpecification':"
              "{'Enabled':true,'AttributeName':'ttl'}}");
  EXPECT_EQ(world_.Call(kEast, "DescribeTimeToLive", "{'TableName':'things'}").body,
            Q("{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'ttl'}}"));
  world_.Call(kEast, "UpdateTable",
              "{'TableName':'things','TableClass':'STANDARD_INFREQUENT_ACCESS'}");
  EXPECT_EQ(Describe(kWest).FindPath({"TableClassSummary", "TableClass"})->as_string(),
            "STANDARD_INFREQUENT_ACCESS");
  world_.Call(kEast, "UpdateContinuousBackups",
              "{'TableName':'things','PointInTimeRecoverySpecification':"
              "{'PointInTimeRecoveryEnabled':true}}");
  const Answer west = world_.Call(kWest, "DescribeContinuousBackups", "{'TableName':'things'}");
  EXPECT_EQ(west.json
                .FindPath({"ContinuousBackupsDescription", "PointInTimeRecoveryDescription",
                           "PointInTimeRecoveryStatus"})
                ->as_string(),
            "DISABLED");
}

TEST_F(ReplicasTest, AReplicaShowsNoKeyOfAnotherRegion) {
  world_.Call(kEast, "UpdateTable",
              "{'TableName':'things','SSESpecification':{'Enabled':true,'SSEType':'KMS',"
              "'KMSMasterKeyId':'arn:aws:kms:us-east-1:000000000000:key/k'}}");
  AddReplica(kEast, kWest);
  const auto key_at = [&](const char* region) {
    return Describe(region).FindPath({"SSEDescription", "KMSMasterKeyArn"})->as_string();
  };
  EXPECT_EQ(key_at(kEast), "arn:aws:kms:us-east-1:000000000000:key/k");
  EXPECT_EQ(key_at(kWest), "arn:aws:kms:us-west-2:000000000000:alias/aws/dynamodb");
}

TEST_F(ReplicasTest, MembersAddedAtOnceInTwoPlacesLearnOfEachOther) {
  AddReplica(kEast, kWest);
  // A fourth region is not needed: the third is added by both, and the link between them is slow.
  world_[kWest].up = false;
  EXPECT_EQ(Update(kEast, "Create", kIreland).status, 200);
  CatchUp(kIreland);
  EXPECT_EQ(State(kEast), "ACTIVE us-west-2:ACTIVE eu-west-1:ACTIVE");
  world_[kWest].up = true;
  world_.Settle();
  EXPECT_EQ(State(kWest), "ACTIVE us-east-1:ACTIVE eu-west-1:ACTIVE");
}

TEST_F(ReplicasTest, Refusals) {
  AddReplica(kEast, kWest);
  EXPECT_EQ(Update(kEast, "Create", kWest).Message(),
            "Failed to create a the new replica of table with name: ‘things’ because one or more "
            "replicas already existed as tables.");
  EXPECT_EQ(Update(kEast, "Create", kEast).Message(),
            "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, "
            "DeleteTable, or UpdateTable as required.");
  EXPECT_EQ(Update(kEast, "Delete", kIreland).Message(),
            "Update global table operation failed because one or more replicas were not part of "
            "the global table. Please retry the request without these replicas: [eu-west-1].");
  EXPECT_EQ(Update(kEast, "Create", "mars-1").Message(),
            "Region mars-1 is not supported. The latest version of global tables are only "
            "supported in the following regions: [us-east-1, us-west-2, eu-west-1]");
  EXPECT_EQ(Update(kEast, "Update", kWest).Message(),
            "There are no actions specified in the Replica Update Action of the request.");
  EXPECT_EQ(world_
                .Call(kEast, "UpdateTable",
                      "{'TableName':'things','DeletionProtectionEnabled':true,'ReplicaUpdates':"
                      "[{'Create':{'RegionName':'eu-west-1'}}]}")
                .Message(),
            "One or more parameter values were invalid: Replica modification must be the only "
            "operation in the request");
  EXPECT_EQ(world_
                .Call(kEast, "UpdateTable",
                      "{'TableName':'things','ReplicaUpdates':[{'Create':{'RegionName':"
                      "'eu-west-1'}},{'Delete':{'RegionName':'us-west-2'}}]}")
                .Message(),
            "Update table operation with more than one type of replica actions not allowed");
  EXPECT_EQ(world_
                .Call(kEast, "UpdateTable",
                      "{'TableName':'things','StreamSpecification':{'StreamEnabled':false}}")
                .Message(),
            "One or more parameter values were invalid: Disabling Stream is not allowed for a "
            "Global Table replica.");
  EXPECT_EQ(Update(kEast, "Create", kIreland).status, 200);
  EXPECT_EQ(Update(kEast, "Delete", kWest).Message(),
            "The resource which you are attempting to change is in use.");
}

}  // namespace
}  // namespace lifeboat::dynamodb
