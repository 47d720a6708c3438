// Changes from peers: the last writer wins, once, and nothing of it is lost in a crash.
#include "dynamodb/remote_changes.h"

#include "dynamodb/test_world.h"

namespace lifeboat::dynamodb {
namespace {

using storage::Version;
using testing::Answer;
using testing::Q;
using testing::TestWorld;

class RemoteChangesTest : public ::testing::Test {
 protected:
  RemoteChangesTest() : world_({"us-east-1", "us-west-2"}) {
    world_.Call("CreateTable",
                "{'TableName':'things','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
                "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
                "'BillingMode':'PAY_PER_REQUEST'}");
    world_.Call("UpdateTable",
                "{'TableName':'things','ReplicaUpdates':[{'Create':{'RegionName':'us-west-2'}}]}");
    table_ = world_["us-west-2"].groups.back().table;
    world_["us-west-2"].service->OnReplicaCaughtUp(table_);
    world_.Settle();
  }

  RemoteChange Change(int64_t wall_ms, const char* value) {
    RemoteChange change;
    change.key = storage::EncodeItemKey(table_, "a", "");
    change.version = {wall_ms, 0, "us-west-2"};
    change.tombstone = value == nullptr;
    if (value) {
      Item item;
      item.Set("id", AttributeValue::S("a"));
      item.Set("v", AttributeValue::S(value));
      change.image = EncodeItem(item);
    }
    return change;
  }
  void Apply(std::vector<RemoteChange> changes) {
    bool done = false;
    storage::WriteBatch position;
    position.Put(storage::Space::kMeta, "position", std::to_string(++position_));
    world_["us-east-1"].service->ApplyRemote(table_, std::move(changes), std::move(position),
                                             [&](Status status) {
                                               EXPECT_TRUE(status.ok());
                                               done = true;
                                             });
    EXPECT_FALSE(done);
    world_.Settle();
    EXPECT_TRUE(done);
    EXPECT_EQ(**world_["us-east-1"].engine.Get(storage::Space::kMeta, "position"),
              std::to_string(position_));
  }
  std::string Value() {
    const Answer answer = world_.Call("GetItem", "{'TableName':'things','Key':{'id':{'S':'a'}}}");
    const json::Value* value = answer.json.FindPath({"Item", "v", "S"});
    return value ? value->as_string() : "none";
  }
  std::vector<storage::ChangeRecord> Log() {
    return *storage::ChangeLogReader(world_["us-east-1"].engine, table_).Read(0, 1000, 1 << 20);
  }
  int64_t Now() { return world_.clock.WallNow().millis(); }

  TestWorld world_;
  storage::TableId table_;
  int position_ = 0;
};

TEST_F(RemoteChangesTest, TheGreaterVersionWinsInAnyOrder) {
  Apply({Change(Now() + 2, "second"), Change(Now() + 1, "first")});
  EXPECT_EQ(Value(), "second");
  Apply({Change(Now() + 1, "first")});
  EXPECT_EQ(Value(), "second");
  EXPECT_EQ(Log().size(), 1u);
  EXPECT_EQ(Log()[0].cause, storage::Cause::kReplicated);
  EXPECT_EQ(Log()[0].version.region, "us-west-2");
}

// Everything that reads items relies on them having the table's keys.
TEST_F(RemoteChangesTest, WhatIsNoItemOfTheTableIsRefused) {
  const auto outcome = [this](const std::string& image) {
    RemoteChange change = Change(Now(), "x");
    change.image = image;
    std::optional<Status> status;
    world_["us-east-1"].service->ApplyRemote(table_, {change}, {},
                                             [&](Status got) { status = std::move(got); });
    world_.Settle();
    return status && !status->ok() && status->error().code == ErrorCode::kCorrupt;
  };
  Item keyless, other, wrong;
  keyless.Set("v", AttributeValue::S("x"));
  other.Set("id", AttributeValue::S("b"));
  wrong.Set("id", AttributeValue(AttributeMap()));
  for (const std::string& image : {std::string(), std::string("\xff\x01"), EncodeItem(keyless),
                                   EncodeItem(other), EncodeItem(wrong)}) {
    EXPECT_TRUE(outcome(image));
  }
  EXPECT_EQ(Value(), "none");
}

TEST_F(RemoteChangesTest, ATombstoneIsKeptAgainstOlderPuts) {
  Apply({Change(Now() + 5, nullptr)});
  Apply({Change(Now() + 3, "older")});
  EXPECT_EQ(Value(), "none");
  Apply({Change(Now() + 6, "newer")});
  EXPECT_EQ(Value(), "newer");
}

TEST_F(RemoteChangesTest, ALocalWriteIsGreaterThanAllThatWasSeenAlsoAfterACrash) {
  Apply({Change(Now() + 60'000, "from a region whose clock is ahead")});
  world_.Crash("us-east-1");
  world_.Call("PutItem", "{'TableName':'things','Item':{'id':{'S':'a'},'v':{'S':'local'}}}");
  EXPECT_EQ(Value(), "local");
  EXPECT_GT(Log()[1].version, Log()[0].version);
  Apply({Change(Now() + 60'000, "again")});
  EXPECT_EQ(Value(), "local");
}

TEST_F(RemoteChangesTest, ALocalDeleteLeavesATombstone) {
  Apply({Change(Now(), "here")});
  world_.clock.Advance(Duration::Seconds(1));
  world_.Call("DeleteItem", "{'TableName':'things','Key':{'id':{'S':'a'}}}");
  Apply({Change(Now() - 500, "older than the delete")});
  EXPECT_EQ(Value(), "none");
}

TEST_F(RemoteChangesTest, ALocalWriteAndAChangeOfTheSameKeyWaitForEachOther) {
  auto answer = std::make_shared<Answer>();
  world_.Start("us-east-1", "PutItem",
               Q("{'TableName':'things','Item':{'id':{'S':'a'},'v':{'S':'local'}}}"), answer);
  Apply({Change(Now() - 1, "older")});
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(Value(), "local");
}

TEST_F(RemoteChangesTest, TheFrontierIsBelowEveryLocalWriteUnderWay) {
  Service& service = *world_["us-east-1"].service;
  const auto before = service.GetLogHead(table_);
  auto answer = std::make_shared<Answer>();
  world_.Start("us-east-1", "PutItem", Q("{'TableName':'things','Item':{'id':{'S':'b'}}}"), answer);
  const auto during = service.GetLogHead(table_);
  EXPECT_EQ(during.durable_sequence, before.durable_sequence);
  world_.Settle();
  const auto after = service.GetLogHead(table_);
  EXPECT_EQ(after.durable_sequence, before.durable_sequence + 1);
  const Version written = Log().back().version;
  EXPECT_LE(during.frontier, written);
  EXPECT_GT(after.frontier, written);
}

// A crash forgets what was only observed, and a slow clock may then fall below it.
TEST_F(RemoteChangesTest, TheFrontierIsWhatTheDiskKnows) {
  Service& service = *world_["us-east-1"].service;
  const Version before = service.GetLogHead(table_).frontier;
  const Version seen{Now() + 60'000, 0, "us-west-2"};
  service.Observe(seen);
  EXPECT_EQ(service.GetLogHead(table_).frontier, before);
  world_.Call("PutItem", "{'TableName':'things','Item':{'id':{'S':'b'}}}");
  EXPECT_GT(service.GetLogHead(table_).frontier, seen);
}

TEST_F(RemoteChangesTest, KeysOfOtherTablesAreRefused) {
  RemoteChange change = Change(Now(), "x");
  change.key = storage::EncodeItemKey({table_.value + 1}, "a", "");
  Status got;
  world_["us-east-1"].service->ApplyRemote(table_, {change}, {}, [&](Status s) { got = s; });
  world_.Settle();
  EXPECT_FALSE(got.ok());
  EXPECT_TRUE(Log().empty());
}

TEST_F(RemoteChangesTest, TheLogIsKeptForMembersThatHaveNotReadIt) {
  for (int i = 0; i < 1100; ++i) {
    world_.Call("PutItem", "{'TableName':'things','Item':{'id':{'S':'b'}}}");
  }
  world_.clock.Advance(Duration::Hours(25));
  Service& service = *world_["us-east-1"].service;
  service.Tick();
  world_.Settle();
  EXPECT_EQ(Log().size(), 1000u);  // The reader's limit: all are there.
  service.SetReplicationBound(table_, 1050);
  service.Tick();
  world_.Settle();
  EXPECT_EQ(Log().front().sequence, 1050u);
}

/// A table that is refilled: closed, emptied, filled by a peer, and given its own writes again.
class RefilledTable : public RemoteChangesTest {
 protected:
  RefilledTable() {
    world_.Call("PutItem", "{'TableName':'things','Item':{'id':{'S':'a'},'v':{'S':'before'}}}");
    world_.Settle();
    service().CloseTable(table_, [this] { idle_ = true; });
    world_.Settle();
    EXPECT_TRUE(idle_);
  }
  Service& service() { return *world_["us-east-1"].service; }
  void Empty() {
    bool emptied = false;
    service().EmptyTable(table_, {}, [&](const Status& status) { emptied = status.ok(); });
    world_.Settle();
    EXPECT_TRUE(emptied);
  }
  std::vector<std::string> Salvage(RemoteChange change) {
    change.version.region = "us-east-1";
    std::optional<std::vector<std::string>> lost;
    service().ApplySalvage(table_, {std::move(change)}, {},
                           [&](const Status& status, std::vector<std::string> keys) {
                             EXPECT_TRUE(status.ok());
                             lost = std::move(keys);
                           });
    world_.Settle();
    EXPECT_TRUE(lost.has_value());
    return lost.value_or(std::vector<std::string>());
  }
  bool idle_ = false;
};

TEST_F(RefilledTable, RefusesClientsUntilItIsOpened) {
  for (const char* call : {"GetItem", "DeleteItem"}) {
    const Answer answer = world_.Call(call, "{'TableName':'things','Key':{'id':{'S':'a'}}}");
    EXPECT_EQ(answer.status, 500) << call;
  }
  Empty();
  EXPECT_TRUE(Log().empty());
  Apply({Change(Now(), "from the peer")});
  EXPECT_EQ(Log()[0].sequence, 2u) << "numbers go on";
  service().ReopenTable(table_);
  EXPECT_EQ(Value(), "from the peer");
}

TEST_F(RefilledTable, AWriteOfAKeyThatNobodyKnowsGetsANewVersion) {
  Empty();
  EXPECT_TRUE(Salvage(Change(5, "mine")).empty());
  service().ReopenTable(table_);
  EXPECT_EQ(Value(), "mine");
  EXPECT_GT(Log()[0].version, (Version{Now() - 60'000, 0, ""})) << "not that of 1970";
}

TEST_F(RefilledTable, AnotherOneGoesByItsOwnVersion) {
  Empty();
  Apply({Change(Now() + 10, "from the peer")});
  EXPECT_EQ(Salvage(Change(Now() + 5, "earlier")).size(), 1u);
  EXPECT_TRUE(Salvage(Change(Now() + 20, "later")).empty());
  service().ReopenTable(table_);
  EXPECT_EQ(Value(), "later");
  EXPECT_EQ(Log().back().version.region, "us-east-1") << "peers get it from here";
}

}  // namespace
}  // namespace lifeboat::dynamodb
