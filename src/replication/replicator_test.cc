#include "replication/replicator.h"

#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {
namespace {

using fault::Kind;

TEST(Replicator, WritesReachEveryMemberFromEveryMember) {
  Cluster cluster(3);
  cluster.FormGroup();
  cluster["a"].Put("x", "1");
  cluster["b"].Put("y", "2");
  cluster["c"].Put("z", "3");
  cluster.RunFor(kSoon);
  for (const auto& name : cluster.names()) {
    EXPECT_EQ(cluster[name].Items(), (Items{{"x", "1"}, {"y", "2"}, {"z", "3"}}));
  }
}

TEST(Replicator, AWaitingPullIsAnsweredAtOnce) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  cluster["a"].Put("x", "1");
  // Commit here, one way, commit there: a millisecond each.
  cluster.RunFor(Duration::Millis(3));
  EXPECT_EQ(cluster["b"].Items(), (Items{{"x", "1"}}));
}

TEST(Replicator, TheLaterWriteWinsEverywhereAlsoWhenItIsADelete) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  cluster.Inject(Kind::kCut, "a", "b");
  cluster.Inject(Kind::kCut, "b", "a");
  cluster["a"].Put("x", "first");
  cluster["a"].Put("y", "first");
  cluster.RunFor(kSoon);
  cluster["b"].Put("x", "second");
  cluster["b"].Delete("y");
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["a"].Items(), (Items{{"x", "first"}, {"y", "first"}}));
  cluster.ClearFaults();
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["a"].Items(), (Items{{"x", "second"}}));
  EXPECT_TRUE(cluster.Equal());
}

TEST(Replicator, NothingTravelsTwiceAndAnIdleGroupIsQuiet) {
  Cluster cluster(3);
  cluster.FormGroup();
  cluster.RunFor(kLong);
  cluster["a"].Put("x", "1");
  cluster.RunFor(kLong);
  const uint64_t batches = cluster["b"].committer->commits;
  const int calls = cluster.calls;
  cluster.RunFor(Duration::Minutes(1));
  EXPECT_EQ(cluster["b"].committer->commits, batches);
  EXPECT_LE(cluster.calls - calls, 6 * 13);  // Six pairs, a pull each five seconds.
}

TEST(Replicator, ALagGoesByTheMonotonicClock) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster["a"].Put("before", "1");
  cluster.RunFor(Duration::Millis(100));
  cluster.Inject(Kind::kReplicationLag, "a", "b", Duration::Seconds(2));
  cluster["a"].Put("first", "1");
  cluster.RunFor(Duration::Seconds(1));
  cluster["a"].clock->skew = Duration::Hours(-1);
  cluster["a"].Put("second", "1");
  cluster.RunFor(Duration::Millis(1100));
  EXPECT_TRUE(cluster["b"].Items().contains("first"));
  EXPECT_FALSE(cluster["b"].Items().contains("second"));
  cluster.RunFor(Duration::Seconds(1));
  EXPECT_TRUE(cluster["b"].Items().contains("second"));
  cluster["a"].clock->skew = Duration::Hours(1);
  cluster["a"].Put("third", "1");
  cluster.RunFor(Duration::Millis(1900));
  EXPECT_FALSE(cluster["b"].Items().contains("third"));
  cluster.RunFor(Duration::Millis(200));
  EXPECT_TRUE(cluster["b"].Items().contains("third"));
}

TEST(Replicator, ALagIsExactForAnyRecordAndIsNotAddedTwice) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  const Duration lag = Duration::Seconds(2);
  cluster.Inject(Kind::kReplicationLag, "a", "b", lag);
  for (int i = 0; i < 50; ++i) {
    cluster["a"].Put(fmt::format("{:03}", i), "v");
    cluster.RunFor(Duration::Millis(100));
  }
  cluster.RunFor(Duration::Millis(10));
  // Five seconds have passed, so what is older than two is there: 30 records, and not one more.
  EXPECT_EQ(cluster["b"].Items().size(), 31u);
  cluster.RunFor(Duration::Millis(80));
  EXPECT_EQ(cluster["b"].Items().size(), 31u);
  cluster.RunFor(Duration::Millis(20));
  EXPECT_EQ(cluster["b"].Items().size(), 32u);
  for (const auto& pair : cluster["b"].replicator->GetMetrics()) {
    EXPECT_GE(pair.metrics.lag.p50, lag);
    EXPECT_LE(pair.metrics.lag.max, lag + Duration::Millis(5));
  }
  cluster.ClearFaults();
  cluster.RunFor(Duration::Millis(5));
  EXPECT_TRUE(cluster.Equal());
}

TEST(Replicator, APauseHoldsOneDirectionBackUntilItIsCleared) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  cluster.Inject(Kind::kReplicationPause, "a", "b");
  cluster["a"].Put("x", "1");
  cluster["b"].Put("y", "1");
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["a"].Items().size(), 2u);
  EXPECT_EQ(cluster["b"].Items(), (Items{{"y", "1"}}));
  cluster.ClearFaults();
  cluster.RunFor(Duration::Millis(5));
  EXPECT_EQ(cluster["b"].Items().size(), 2u);
}

TEST(Replicator, GoesOnWhereItWasAfterKillsOfBothSides) {
  Cluster cluster(2);
  cluster.FormGroup();
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) {
      for (const char* name : {"a", "b"}) {
        if (cluster[name].up()) cluster[name].Put(fmt::format("{}{}-{}", name, round, i), "v");
      }
      cluster.RunFor(Duration::Micros(300));
    }
    Region& victim = cluster.at(static_cast<size_t>(round) % 2);
    victim.Kill();
    cluster.RunFor(Duration::Millis(40));
    victim.Start();
  }
  cluster.RunFor(kSoon);
  EXPECT_TRUE(cluster.Equal());
  // A kill loses at most the writes of its last millisecond, which nobody was told of.
  EXPECT_GE(cluster["a"].Items().size(), 20u * 100 - 20 * 2 * 4);
}

TEST(Replicator, BacklogComesInPagesAndFast) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  cluster.Inject(Kind::kCut, "a", "b");
  for (int i = 0; i < 4'000; ++i) cluster["a"].Put(std::to_string(i), std::string(800, 'v'));
  cluster.RunFor(kSoon);
  cluster.ClearFaults();
  const int calls = cluster.calls;
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["b"].Items().size(), 4'000u);
  EXPECT_LE(cluster.calls - calls, 30);
}

TEST(Replicator, AMemberThatTheLogNoLongerReachesGetsASnapshotAndLosesNothingOfItsOwn) {
  Cluster cluster(2);
  cluster["a"].Kill();
  cluster["a"].options.tunables.log_bytes_max = 10'000;
  cluster["a"].Start();
  cluster.FormGroup();
  cluster["a"].Put("dead", "v");
  cluster.RunFor(kSoon);
  ASSERT_EQ(cluster["b"].Items().size(), 1u);
  cluster.Inject(Kind::kCut, "a", "b");
  cluster["b"].Put("own", "v");
  cluster["a"].Delete("dead");
  for (int i = 0; i < 5'000; ++i) cluster["a"].Put(std::to_string(i), std::string(600, 'v'));
  cluster.RunFor(kLong);
  EXPECT_GT(storage::ChangeLogReader(*cluster["a"].engine, kTable).GetBounds()->first, 4'000u);
  cluster.ClearFaults();
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["b"].Items().size(), 5'001u);
  EXPECT_FALSE(cluster["b"].Items().contains("dead"));
  EXPECT_TRUE(cluster.Equal());
  EXPECT_EQ(cluster["b"].replicator->GetMetrics()[0].metrics.snapshots, 1u);
  cluster["a"].Put("after", "v");
  cluster.RunFor(kSoon);
  EXPECT_TRUE(cluster["b"].Items().contains("after"));
}

TEST(Replicator, ASnapshotGoesOnAfterKillsOfEitherSide) {
  Cluster cluster(2);
  for (int i = 0; i < 5'000; ++i) cluster["a"].Put(std::to_string(i), std::string(2000, 'v'));
  cluster.RunFor(kSoon);
  cluster["a"].SetGroup({kTable, "t", {"a", "b"}, false, ""});
  cluster["b"].SetGroup({kTable, "t", {"a", "b"}, true, "a"});
  for (const char* victim : {"a", "b", "b", "a"}) {
    cluster.RunFor(Duration::Millis(4));
    cluster[victim].Kill();
    cluster.RunFor(Duration::Millis(2));
    cluster[victim].Start();
  }
  cluster["a"].Put("meanwhile", "v");
  EXPECT_EQ(cluster["b"].caught_up, 0);
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["b"].caught_up, 1);
  EXPECT_EQ(cluster["b"].Items().size(), 5'001u);
  EXPECT_TRUE(cluster.Equal());
}

TEST(Replicator, AJoiningReplicaIsCaughtUpOnlyWithEveryMember) {
  Cluster cluster(3);
  cluster.FormGroup({"a", "b"});
  cluster["a"].Put("x", "1");
  cluster["b"].Put("y", "1");
  cluster.RunFor(kSoon);
  cluster.Inject(Kind::kReplicationPause, "b", "c");
  cluster["b"].Put("late", "1");
  cluster.RunFor(kSoon);
  for (const char* name : {"a", "b"}) {
    cluster[name].SetGroup({kTable, "t", {"a", "b", "c"}, false, ""});
  }
  cluster["c"].SetGroup({kTable, "t", {"a", "b", "c"}, true, "a"});
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["c"].Items(), (Items{{"x", "1"}, {"y", "1"}, {"late", "1"}}))
      << "the source's snapshot has what the source has";
  EXPECT_EQ(cluster["c"].caught_up, 0);
  cluster.ClearFaults();
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["c"].caught_up, 1);
  cluster["c"].SetGroup({kTable, "t", {"a", "b", "c"}, false, ""});
  cluster["c"].Put("own", "1");
  cluster.RunFor(kSoon);
  EXPECT_TRUE(cluster.Equal());
  EXPECT_EQ(cluster["a"].Items().size(), 4u);
}

/// A member that does not know of the joining replica could drop a tombstone that it will need.
TEST(Replicator, AJoiningReplicaBeginsOnlyWhenEveryMemberKnowsIt) {
  Cluster cluster(4);
  cluster.FormGroup({"a", "b", "d"});
  cluster["a"].Put("x", "1");
  cluster.RunFor(kSoon);
  const std::vector<std::string> all = {"a", "b", "c", "d"};
  cluster["a"].SetGroup({kTable, "t", all, false, ""});
  cluster["d"].SetGroup({kTable, "t", all, false, ""});
  cluster["c"].SetGroup({kTable, "t", all, true, "a"});
  const int calls = cluster.calls;
  cluster.RunFor(kLong);
  EXPECT_TRUE(cluster["c"].Items().empty());
  EXPECT_LE(cluster.calls - calls, 250) << "six pairs that poll, and one that knocks each second";
  cluster["b"].SetGroup({kTable, "t", all, false, ""});
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["c"].Items().size(), 1u);
  EXPECT_EQ(cluster["c"].caught_up, 1);
}

TEST(Replicator, TombstonesGoOnceEverybodyHasThem) {
  Cluster cluster(3);
  cluster.FormGroup();
  for (int i = 0; i < 20; ++i) cluster["a"].Put(std::to_string(i), "v");
  cluster.RunFor(kSoon);
  for (int i = 0; i < 20; ++i) cluster.at(static_cast<size_t>(i) % 3).Delete(std::to_string(i));
  cluster.RunFor(kLong);
  for (const auto& name : cluster.names()) EXPECT_EQ(cluster[name].CountTombstones(), 0u);
  EXPECT_TRUE(cluster["a"].Items().empty());
}

TEST(Replicator, TombstonesStayForAMemberThatIsAwayHoweverLong) {
  Cluster cluster(3);
  cluster.FormGroup();
  cluster["a"].Put("x", "v");
  cluster.RunFor(kSoon);
  cluster["c"].Kill();
  cluster["a"].Delete("x");
  cluster.RunFor(Duration::Hours(2));
  EXPECT_EQ(cluster["a"].CountTombstones(), 1u);
  EXPECT_EQ(cluster["b"].CountTombstones(), 1u);
  cluster["c"].Start();
  cluster.RunFor(kLong);
  EXPECT_TRUE(cluster["c"].Items().empty());
  for (const auto& name : cluster.names()) EXPECT_EQ(cluster[name].CountTombstones(), 0u);
}

/// The first write of a new replica whose wall clock is behind must not lose against a delete that
/// one member still remembers and another one has forgotten.
TEST(Replicator, AJoiningReplicaWritesAboveAllThatItsSourceHasForgotten) {
  Cluster cluster(3);
  cluster["c"].Kill();
  cluster["c"].skew = -Duration::Minutes(5);
  cluster["c"].Start();
  cluster.FormGroup({"a", "b"});
  cluster["a"].Put("x", "old");
  cluster.RunFor(kSoon);
  cluster["a"].Delete("x");
  cluster.RunFor(kLong);
  ASSERT_EQ(cluster["a"].CountTombstones(), 0u);
  cluster["b"].Delete("x");  // A second one, which only b has when c joins.
  for (const char* name : {"a", "b"}) {
    cluster[name].SetGroup({kTable, "t", {"a", "b", "c"}, false, ""});
  }
  cluster["c"].SetGroup({kTable, "t", {"a", "b", "c"}, true, "a"});
  cluster.RunFor(kLong);
  ASSERT_EQ(cluster["c"].caught_up, 1);
  cluster["c"].SetGroup({kTable, "t", {"a", "b", "c"}, false, ""});
  cluster["c"].Put("x", "new");
  cluster.RunFor(kLong);
  for (const auto& name : cluster.names()) {
    EXPECT_EQ(cluster[name].Items(), (Items{{"x", "new"}})) << name;
  }
}

TEST(Replicator, LogsAreTrimmedOnceEverybodyHasThem) {
  Cluster cluster(2);
  cluster.FormGroup();
  for (int i = 0; i < 3'000; ++i) cluster["a"].Put(std::to_string(i), "v");
  cluster.RunFor(kLong);
  const auto bounds = [&](const char* name) {
    return *storage::ChangeLogReader(*cluster[name].engine, kTable).GetBounds();
  };
  EXPECT_EQ(bounds("a").last, 0u);
  EXPECT_EQ(bounds("b").last, 0u);
  cluster["b"].Kill();
  for (int i = 0; i < 3'000; ++i) cluster["a"].Put(std::to_string(i), "v2");
  cluster.RunFor(kLong);
  EXPECT_EQ(bounds("a").first, 3'001u);
  cluster["a"].tables->SetOldestNeeded(4'500);
  cluster["b"].Start();
  cluster.RunFor(kLong);
  EXPECT_EQ(bounds("a").first, 4'500u);
  EXPECT_TRUE(cluster.Equal());
  EXPECT_EQ(cluster["b"].replicator->GetMetrics()[0].metrics.snapshots, 0u);
}

TEST(Replicator, ARegionWithANewDiskJoinsAnewAndGivesWhatItHas) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster["a"].Put("x", "v");
  cluster["b"].Put("y", "v");
  cluster.RunFor(kSoon);
  cluster["b"].Kill();
  cluster["b"].engine = std::make_unique<storage::MemoryEngine>();
  cluster["b"].SetGroup({kTable, "t", {"a", "b"}, true, "a"});
  cluster["b"].Start();
  cluster["b"].Put("z", "v");
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["b"].caught_up, 1);
  EXPECT_EQ(cluster["b"].Items(), (Items{{"x", "v"}, {"y", "v"}, {"z", "v"}}));
  cluster["b"].SetGroup({kTable, "t", {"a", "b"}, false, ""});
  cluster.RunFor(kSoon);
  EXPECT_TRUE(cluster.Equal());
}

TEST(Replicator, AMemberThatLeftAndCameBackStartsAnew) {
  Cluster cluster(2);
  cluster.FormGroup();
  cluster["b"].Put("x", "v");
  cluster.RunFor(kSoon);
  cluster["a"].SetGroup({kTable, "t", {"a"}, false, ""});
  cluster["b"].SetGroup({kTable, "t", {}, false, ""});
  cluster.RunFor(kSoon);
  EXPECT_FALSE(LoadProgress(*cluster["a"].engine, kTable, "b")->has_value());
  cluster["a"].Put("alone", "v");
  cluster.RunFor(kSoon);
  EXPECT_FALSE(cluster["b"].Items().contains("alone"));
  cluster["b"].Kill();
  cluster["b"].engine = std::make_unique<storage::MemoryEngine>();
  cluster["b"].Start();
  cluster["a"].SetGroup({kTable, "t", {"a", "b"}, false, ""});
  cluster["b"].SetGroup({kTable, "t", {"a", "b"}, true, "a"});
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["b"].caught_up, 1);
  EXPECT_EQ(cluster["b"].Items(), (Items{{"alone", "v"}, {"x", "v"}}));
}

TEST(Replicator, RefusesWhatIsNotForIt) {
  Cluster cluster(2);
  cluster.FormGroup();
  const auto status = [&](http::Request request) {
    int status = 0;
    cluster["a"].replicator->Handle(request, [&](http::Response r) { status = r.status; });
    return status;
  };
  http::Request request;
  request.target = "/_lifeboat/replication/pull";
  EXPECT_EQ(status(request), 405);
  request.method = "POST";
  request.body = "junk";
  EXPECT_EQ(status(request), 400);
  request.target = "/_lifeboat/replication/snapshot";
  EXPECT_EQ(status(request), 400);
  request.target = "/_lifeboat/replication/messages";
  EXPECT_EQ(status(request), 400);
  request.body.assign(kMaxBodyBytes + 1, 'x');
  EXPECT_EQ(status(request), 413);
  request.body.clear();
  request.target = "/_lifeboat/replication/none";
  EXPECT_EQ(status(request), 404);
  request.method = "GET";
  request.target = "/_lifeboat/replication/metrics";
  EXPECT_EQ(status(request), 200);
}

/// A stranger's page must not get in, whatever it says.
TEST(Replicator, DoesNotApplyPagesThatAreNotThePeersOwn) {
  Cluster cluster(1);
  Region& a = cluster["a"];
  cluster.RunFor(kSoon);
  const auto page_of = [](Change change) {
    Page page;
    page.log = {5};
    page.through = page.head = 1;
    page.frontier = {9, 0, "b"};
    page.changes = {std::move(change)};
    return page;
  };
  class Stranger final : public PeerCaller {
   public:
    explicit Stranger(Loop& loop) : loop_(loop) {}
    void CallPeer(std::string_view, http::Request, Duration,
                  std::function<void(Result<http::Response>)> done) override {
      loop_.After(Duration::Millis(1), [this, done] {
        http::Response response;
        response.body = body;
        done(response);
      });
    }
    std::string body;

   private:
    Loop& loop_;
  } stranger(cluster.loop);
  const std::vector<std::string> bodies = {
      "junk",
      Encode(page_of({Region::Key("k"), {1, 0, "c"}, false, "v", {}})),
      Encode(page_of({Region::Key("k"), {}, false, "v", {}})),
      Encode(page_of({storage::EncodeItemKey({8}, "k", ""), {1, 0, "b"}, false, "v", {}})),
  };
  for (const std::string& body : bodies) {
    stranger.body = body;
    Receiver receiver("a", "b", kTable,
                      {*a.tables, stranger, cluster.loop, cluster.loop,
                       [](std::string_view, std::string_view) { return fault::LinkState(); }},
                      {[] {}, [](const Page&) { return true; }, [](auto, const auto&) {},
                       [] { return true; }, [](auto&, const auto&) {}});
    receiver.Start(std::nullopt, false);
    const uint64_t calls = a.committer->commits;
    cluster.RunFor(kLong);
    EXPECT_EQ(a.committer->commits, calls);
    EXPECT_GE(receiver.GetMetrics().failures, 10u);
    EXPECT_LE(receiver.GetMetrics().failures, 40u) << "it must not hammer its peer";
  }
  EXPECT_TRUE(a.Items().empty());
}

}  // namespace
}  // namespace lifeboat::replication::testing
