// A region that comes back with another data folder, or with an older one, hears of it.
#include "replication/hello.h"

#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {
namespace {

class HelloTest : public ::testing::Test {
 protected:
  void Start(const std::string& name) {
    cluster[name].options.regions = cluster.names();
    cluster[name].Start();
  }
  void Restart(const std::string& name, const storage::MemoryEngine::Image* disk) {
    cluster[name].Kill();
    cluster[name].engine->PutBack(disk);
    Start(name);
    cluster.RunFor(kSoon);
  }
  void SetUp() override {
    for (const std::string& name : cluster.names()) {
      cluster[name].Kill();
      Start(name);
    }
    cluster.RunFor(kSoon);
  }
  Cluster cluster{3};
};

TEST_F(HelloTest, ARegionWithItsOwnFolderIsToldNothing) {
  for (int i = 0; i < 3; ++i) Restart("a", cluster["a"].CopyDisk().get());
  EXPECT_EQ(cluster["b"].reintroduced, std::vector<std::string>());
}

TEST_F(HelloTest, ARegionThatHasLostItsDiskIsToldOfItsTablesByEveryOther) {
  Restart("a", nullptr);
  EXPECT_EQ(cluster["b"].reintroduced, (std::vector<std::string>{"a"}));
  EXPECT_EQ(cluster["c"].reintroduced, (std::vector<std::string>{"a"}));
  Restart("a", cluster["a"].CopyDisk().get());
  EXPECT_EQ(cluster["b"].reintroduced.size(), 1u) << "once";
}

TEST_F(HelloTest, SoIsOneThatWasRolledBackBehindAnOpening) {
  const auto copy = cluster["a"].CopyDisk();
  Restart("a", cluster["a"].CopyDisk().get());
  Restart("a", copy.get());
  EXPECT_EQ(cluster["b"].reintroduced, (std::vector<std::string>{"a"}));
}

TEST_F(HelloTest, ItIsSaidUntilItIsHeard) {
  cluster["b"].Kill();
  Restart("a", nullptr);
  EXPECT_EQ(cluster["c"].reintroduced.size(), 1u);
  Restart("a", cluster["a"].CopyDisk().get());
  Start("b");
  cluster.RunFor(kSoon);
  EXPECT_EQ(cluster["b"].reintroduced, (std::vector<std::string>{"a"}));
}

/// How long a start of `a` waits for the others, and whether it is whole then.
struct Waited {
  Duration time;
  bool whole = false;
};

TEST_F(HelloTest, AStartWaitsForWhatOthersKnow) {
  cluster.FormGroup();
  cluster.RunFor(kSoon);
  const auto restart = [&](const Region::Copy& copy) {
    cluster["a"].Kill();
    cluster["a"].PutBack(copy);
    Start("a");
    std::optional<Waited> waited;
    const Instant began = cluster.loop.Now();
    cluster["a"].replicator->AwaitPeers(Duration::Seconds(2), [&] {
      waited = {cluster.loop.Now() - began, cluster["a"].replicator->IsWhole(kTable)};
    });
    cluster.RunFor(kSoon);
    return waited.value();
  };
  cluster["a"].Put("k", "1");
  cluster.RunFor(kSoon);
  const auto copy = cluster["a"].CopyDisk();
  const Waited well = restart(copy);
  EXPECT_TRUE(well.whole);
  EXPECT_LT(well.time, Duration::Seconds(1));
  cluster["a"].Put("k", "2");
  cluster.RunFor(kSoon);
  const Waited rolled_back = restart(copy);
  EXPECT_FALSE(rolled_back.whole) << "its table is closed before it serves anybody";
  EXPECT_LT(rolled_back.time, Duration::Seconds(1));
  cluster.RunFor(kLong);
  EXPECT_EQ(cluster["a"].Items(), (Items{{"k", "2"}}));
  cluster["c"].Kill();
  const Waited alone = restart(cluster["a"].CopyDisk());
  EXPECT_GE(alone.time, Duration::Seconds(2));
  EXPECT_LT(alone.time, Duration::Millis(2'100));
}

}  // namespace
}  // namespace lifeboat::replication::testing
