// A disk that was put back to an older state: who notices, what is kept, and what isn't raised from
// the dead.
#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {
namespace {

using fault::Kind;

void RollBack(Cluster& cluster, const std::string& name, const Region::Copy& copy) {
  cluster[name].Kill();
  cluster[name].PutBack(copy);
  cluster[name].Start();
}

class RefillTest : public ::testing::Test {
 protected:
  RefillTest() : cluster(3) {
    cluster.FormGroup();
    cluster["a"].Put("old", "1");
    cluster["a"].Put("dead", "1");
    cluster.RunFor(kSoon);
    copy = cluster["a"].CopyDisk();
    cluster["a"].Put("lost", "1");
    cluster["b"].Delete("dead");
    cluster.RunFor(kLong);  // The tombstone has been dropped by all.
    EXPECT_EQ(cluster["c"].CountTombstones(), 0u);
  }
  uint64_t Refills(const std::string& name) { return cluster[name].replicator->CountRefills(); }
  void ExpectAll(const Items& items) {
    for (const std::string& name : cluster.names()) EXPECT_EQ(cluster[name].Items(), items) << name;
    EXPECT_TRUE(cluster.Equal());
  }

  Cluster cluster;
  Region::Copy copy;
};

TEST_F(RefillTest, AMemberThatWasRolledBackGetsWhatItHadAndRaisesNoDead) {
  RollBack(cluster, "a", copy);
  EXPECT_EQ(cluster["a"].Items(), (Items{{"old", "1"}, {"dead", "1"}}));
  cluster.RunFor(kSoon);
  EXPECT_EQ(Refills("a"), 1u);
  ExpectAll({{"old", "1"}, {"lost", "1"}});
  cluster["a"].Put("new", "1");
  cluster["b"].Put("old", "2");
  cluster.RunFor(kSoon);
  ExpectAll({{"old", "2"}, {"lost", "1"}, {"new", "1"}});
}

TEST_F(RefillTest, WhatWasWrittenAfterTheReturnIsKept) {
  for (const char* peer : {"b", "c"}) {
    cluster.Inject(Kind::kCut, "a", peer);
    cluster.Inject(Kind::kCut, peer, "a");
  }
  RollBack(cluster, "a", copy);
  cluster["a"].Put("forked", "1");
  cluster["a"].Put("forked", "2");
  cluster["a"].Put("dead", "again");
  cluster["a"].Put("old", "mine");
  cluster.RunFor(kSoon);
  cluster["b"].Put("old", "later");
  cluster.RunFor(kSoon);
  cluster.ClearFaults();
  cluster.RunFor(kSoon);
  EXPECT_EQ(Refills("a"), 1u);
  ExpectAll({{"old", "later"}, {"lost", "1"}, {"forked", "2"}, {"dead", "again"}});
  const json::Value metrics = cluster["a"].replicator->MetricsJson();
  const json::Value& refill = metrics.Find("refills")->as_array()[0];
  EXPECT_EQ(refill.Find("applied")->as_int(), 2);
  EXPECT_EQ(refill.Find("lost")->as_int(), 1);
  EXPECT_EQ(refill.Find("lost_keys")->as_array()[0].as_string(), HexEncode(Region::Key("old")));
}

TEST_F(RefillTest, WhatNoPeerHadYetIsKeptToo) {
  for (const char* peer : {"b", "c"}) cluster.Inject(Kind::kReplicationPause, "a", peer);
  cluster["a"].Put("held back", "1");
  cluster.RunFor(kLong);  // They are told of it, and don't get it.
  copy = cluster["a"].CopyDisk();
  cluster["b"].Put("other", "1");
  cluster.RunFor(kLong);
  RollBack(cluster, "a", copy);
  cluster.RunFor(kLong);
  EXPECT_EQ(Refills("a"), 1u);
  cluster.ClearFaults();
  cluster.RunFor(kLong);
  ExpectAll({{"old", "1"}, {"lost", "1"}, {"held back", "1"}, {"other", "1"}});
}

TEST_F(RefillTest, GoesOnAfterKillsOfAnybody) {
  for (int i = 0; i < 3'000; ++i) cluster["b"].Put(std::to_string(i), "v");
  cluster.RunFor(kSoon);
  for (const char* peer : {"b", "c"}) cluster.Inject(Kind::kCut, "a", peer);
  RollBack(cluster, "a", copy);
  for (int i = 0; i < 3'000; ++i) cluster["a"].Put(std::to_string(i + 2'000), "w");
  cluster.RunFor(kSoon);
  cluster.ClearFaults();
  for (int i = 0; i < 30; ++i) {
    cluster.RunFor(Duration::Micros(1'700));
    Region& victim = cluster[i % 3 == 2 ? "b" : "a"];
    victim.Kill();
    victim.Start();
  }
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["a"].Items().size(), 5'002u);
  EXPECT_EQ(cluster["a"].Items()["2500"], "w") << "it was the later one";
  EXPECT_TRUE(cluster.Equal());
}

TEST_F(RefillTest, NothingIsReadOrWrittenMeanwhile) {
  cluster["c"].Kill();  // Nobody is refilled before all have been heard.
  RollBack(cluster, "a", copy);
  cluster.RunFor(kSoon);
  EXPECT_FALSE(cluster["a"].tables->open());
  cluster["a"].Kill();
  cluster["a"].Start();
  EXPECT_FALSE(cluster["a"].tables->open()) << "also after a start";
  cluster["c"].Start();
  cluster.RunFor(kSoon);
  EXPECT_TRUE(cluster["a"].tables->open());
  ExpectAll({{"old", "1"}, {"lost", "1"}});
}

TEST_F(RefillTest, OfTwoThatLackEachOthersTheOneThatStartedLastIsRefilled) {
  const Region::Copy other = cluster["b"].CopyDisk();
  cluster["a"].Put("x", "1");
  cluster["b"].Put("y", "1");
  cluster.RunFor(kSoon);
  cluster["a"].Kill();
  cluster["b"].Kill();
  cluster["a"].PutBack(copy);
  cluster["b"].PutBack(other);
  cluster["b"].Start();
  cluster.RunFor(Duration::Millis(500));
  cluster["a"].Start();
  cluster["a"].Put("from a", "1");
  cluster["b"].Put("from b", "1");
  cluster.RunFor(kLong);
  cluster.RunFor(kLong);
  EXPECT_EQ(Refills("a"), 1u);
  ExpectAll(
      {{"old", "1"}, {"lost", "1"}, {"x", "1"}, {"y", "1"}, {"from a", "1"}, {"from b", "1"}});
}

TEST(Refill, AnEmptyDiskGetsWhatAnyMemberHas) {
  Cluster cluster(3);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  cluster.Inject(Kind::kReplicationPause, "a", "b");
  cluster["a"].Put("only c has it", "1");
  cluster.RunFor(kSoon);
  cluster["a"].Kill();
  cluster["a"].PutBack(nullptr);
  cluster["a"].SetGroup({kTable, "t", cluster.names(), true, ""});
  cluster.ClearFaults();
  cluster["a"].Start();
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["a"].caught_up, 1);
  cluster["a"].SetGroup({kTable, "t", cluster.names(), false, ""});
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["b"].Items().size(), 1u);
  EXPECT_TRUE(cluster.Equal());
}

/// Numbers that a rolled back region gives again are not those that were here before.
TEST(Refill, MessagesOfARegionThatWasRolledBackAreNotTakenForOldOnes) {
  Cluster cluster(2);
  const Region::Copy copy = cluster["a"].CopyDisk();
  const auto send = [&](const char* text) {
    storage::WriteBatch batch;
    cluster["a"].replicator->Send(batch, "b", json::Value(text));
    cluster["a"].committer->Commit(std::move(batch),
                                   [&](const Status&) { cluster["a"].replicator->Flush(); });
    cluster.RunFor(kSoon);
  };
  send("one");
  send("two");
  RollBack(cluster, "a", copy);
  send("three");
  EXPECT_EQ(cluster["b"].messages, (std::vector<std::string>{"a:one", "a:two", "a:three"}));
}

}  // namespace
}  // namespace lifeboat::replication::testing
