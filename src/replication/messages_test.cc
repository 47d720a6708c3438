#include "replication/messages.h"

#include "replication/cluster_test.h"

namespace lifeboat::replication::testing {
namespace {

void Send(Region& from, const std::string& to, const std::string& text) {
  storage::WriteBatch batch;
  from.replicator->Send(batch, to, text);
  from.committer->Commit(std::move(batch), [&from](const Status&) { from.replicator->Flush(); });
}

/// The messages with immediate repetitions taken out; order otherwise kept.
std::vector<std::string> Distinct(const std::vector<std::string>& messages) {
  std::vector<std::string> out;
  for (const std::string& message : messages) {
    if (out.empty() || out.back() != message) out.push_back(message);
  }
  return out;
}

TEST(Messages, ArriveInOrderOnce) {
  Cluster cluster(2);
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    Send(cluster["a"], "b", std::to_string(i));
    expected.push_back("a:" + std::to_string(i));
  }
  cluster.RunFor(Duration::Seconds(5));
  EXPECT_EQ(cluster["b"].messages, expected);
}

TEST(Messages, WaitWhileTheLinkIsCut) {
  Cluster cluster(2);
  cluster.Inject(fault::Kind::kCut, "b", "a");
  Send(cluster["a"], "b", "m");
  cluster.RunFor(Duration::Seconds(20));
  // The post itself may have got through; its receipt did not.
  cluster.ClearFaults();
  cluster.RunFor(Duration::Seconds(2));
  EXPECT_EQ(Distinct(cluster["b"].messages), (std::vector<std::string>{"a:m"}));
  EXPECT_EQ(cluster["b"].messages.size(), 1u);
}

TEST(Messages, SurviveKillsAndLossInOrder) {
  Cluster cluster(2, 5);
  cluster.loss_percent = 20;
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    Send(cluster["a"], "b", std::to_string(i));
    expected.push_back("a:" + std::to_string(i));
    cluster.RunFor(Duration::Millis(100));
    if (i % 7 == 3) {
      Region& victim = cluster.at(static_cast<size_t>(i) % 2);
      victim.Kill();
      cluster.RunFor(Duration::Millis(50));
      victim.Start();
    }
  }
  cluster.RunFor(Duration::Minutes(5));
  EXPECT_EQ(Distinct(cluster["b"].messages), expected);
}

TEST(Messages, OfARegionWithANewDiskAreNotTakenForOldOnes) {
  Cluster cluster(2);
  for (const char* text : {"1", "2", "3"}) Send(cluster["a"], "b", text);
  cluster.RunFor(Duration::Seconds(1));
  cluster["a"].Kill();
  cluster["a"].engine = std::make_unique<storage::MemoryEngine>();
  cluster["a"].Start();
  Send(cluster["a"], "b", "new");
  cluster.RunFor(Duration::Seconds(1));
  EXPECT_EQ(cluster["b"].messages, (std::vector<std::string>{"a:1", "a:2", "a:3", "a:new"}));
}

TEST(Messages, AFailedEffectIsTriedAgain) {
  Cluster cluster(1);
  int tries = 0;
  Inbox inbox(*cluster["a"].engine, *cluster["a"].committer,
              [&](std::string_view, const json::Value&, std::function<void(Status)> done) {
                ++tries;
                done(tries < 3 ? Status(Error{ErrorCode::kUnavailable, "not now"}) : Status());
              });
  std::vector<uint64_t> handled;
  for (int i = 0; i < 4; ++i) {
    inbox.Receive({"b", 1, {{1, "1"}, {2, "2"}}}, [&](Result<MessageReceipt> receipt) {
      ASSERT_TRUE(receipt.ok());
      handled.push_back(receipt->handled);
    });
    cluster.RunFor(Duration::Millis(10));
  }
  EXPECT_EQ(handled, (std::vector<uint64_t>{0, 0, 2, 2}));
  EXPECT_EQ(tries, 4);
}

TEST(Messages, OnePostAtATimePerRegion) {
  Cluster cluster(1);
  std::function<void(Status)> first;
  Inbox inbox(*cluster["a"].engine, *cluster["a"].committer,
              [&](std::string_view, const json::Value&, std::function<void(Status)> done) {
                first = std::move(done);
              });
  inbox.Receive({"b", 1, {{1, "1"}}}, [](Result<MessageReceipt>) {});
  Error error;
  inbox.Receive({"b", 1, {{2, "2"}}},
                [&](Result<MessageReceipt> receipt) { error = receipt.error(); });
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  inbox.Receive({"c", 1, {{1, "bad json"}}},
                [&](Result<MessageReceipt> receipt) { error = receipt.error(); });
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace lifeboat::replication::testing
