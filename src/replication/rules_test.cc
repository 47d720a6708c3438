// The pure rules: when a tombstone goes, what of a log goes, and how lags are summed up.
#include <gtest/gtest.h>

#include "replication/lag_meter.h"
#include "replication/tombstones.h"
#include "replication/trim.h"
#include "storage/memory_engine.h"

namespace lifeboat::replication {
namespace {

storage::Version At(int64_t ms, std::string region = "") { return {ms, 0, std::move(region)}; }

/// A knows that everybody has everything below 10.
Knowledge Everything() {
  Knowledge knowledge{"a", {"a", "b", "c"}, {{"b", At(10)}, {"c", At(10)}}, {}};
  knowledge.peers["b"] = {{"a", At(10)}, {"c", At(10)}};
  knowledge.peers["c"] = {{"a", At(10)}, {"b", At(10)}};
  return knowledge;
}

TEST(MayDrop, WhenEverybodyHasItAndNothingOlderCanCome) {
  for (const char* origin : {"a", "b", "c"}) {
    EXPECT_EQ(MayDrop(At(9, origin), Everything()), Verdict::kDrop);
    EXPECT_EQ(MayDrop(At(10, origin), Everything()), Verdict::kKeep);
  }
}

TEST(MayDrop, NotWhileAMemberLacksIt) {
  Knowledge knowledge = Everything();
  knowledge.peers["c"]["a"] = At(5);
  EXPECT_EQ(MayDrop(At(9, "a"), knowledge), Verdict::kKeep);
  EXPECT_EQ(MayDrop(At(9, "b"), knowledge), Verdict::kDrop);
  knowledge.peers.erase("c");
  EXPECT_EQ(MayDrop(At(9, "b"), knowledge), Verdict::kKeep);
  EXPECT_EQ(MayDrop(At(9, "c"), knowledge), Verdict::kDrop);
}

TEST(MayDrop, NotWhileSomethingOlderMayCome) {
  Knowledge knowledge = Everything();
  knowledge.applied["c"] = At(9);
  for (const char* origin : {"a", "b", "c"}) {
    EXPECT_EQ(MayDrop(At(9, origin), knowledge), Verdict::kKeep);
    EXPECT_EQ(MayDrop(At(8, origin), knowledge), Verdict::kDrop);
  }
  knowledge.applied.erase("c");
  EXPECT_EQ(MayDrop(At(1, "a"), knowledge), Verdict::kKeep);
}

TEST(MayDrop, NeverThatOfARegionThatHasLeft) {
  EXPECT_EQ(MayDrop(At(1, "z"), Everything()), Verdict::kKeepAlways);
}

TEST(MayDrop, AtOnceWhenThereIsNobodyElse) {
  EXPECT_EQ(MayDrop(At(1, "a"), {"a", {"a"}, {}, {}}), Verdict::kDrop);
}

TrimBounds Log() {
  TrimBounds bounds;
  bounds.first = 1;
  bounds.head = 1000;
  bounds.needed_first = UINT64_MAX;
  bounds.collected = 900;
  bounds.acknowledged = {800, 950};
  bounds.bytes = 10'000;
  bounds.bytes_max = 20'000;
  return bounds;
}

TEST(FirstKept, IsTheLeastOfWhatSomebodyNeeds) {
  EXPECT_EQ(FirstKept(Log()), 801u);
  TrimBounds bounds = Log();
  bounds.needed_first = 500;
  EXPECT_EQ(FirstKept(bounds), 500u);
  bounds = Log();
  bounds.collected = 10;
  EXPECT_EQ(FirstKept(bounds), 11u);
  bounds = Log();
  bounds.acknowledged = {};
  bounds.collected = 1000;
  EXPECT_EQ(FirstKept(bounds), 1001u);
}

TEST(FirstKept, NothingGoesBeforeAllPeersWereHeard) {
  TrimBounds bounds = Log();
  bounds.acknowledged[1] = std::nullopt;
  EXPECT_EQ(FirstKept(bounds), 1u);
}

TEST(FirstKept, ATooLongLogIsCutPastPeersButNotPastStreams) {
  TrimBounds bounds = Log();
  bounds.acknowledged = {std::nullopt};
  bounds.bytes_max = 2'500;
  EXPECT_EQ(FirstKept(bounds), 751u);
  bounds.needed_first = 300;
  EXPECT_EQ(FirstKept(bounds), 300u);
}

TEST(EstimateLogBytes, IsExactForRecordsOfOneSize) {
  storage::MemoryEngine engine;
  storage::WriteBatch batch;
  for (uint64_t i = 5; i < 105; ++i) {
    batch.Put(storage::Space::kLog, storage::LogKey({1}, i), std::string(84, 'x'));
  }
  ASSERT_TRUE(engine.Write(batch).ok());
  EXPECT_EQ(*EstimateLogBytes(engine, {1}, {5, 104}), 100u * 100);
  EXPECT_EQ(*EstimateLogBytes(engine, {2}, {5, 104}), 0u);
}

TEST(LagMeter, SumsUpTheLatest) {
  LagMeter meter;
  EXPECT_EQ(meter.Summarize().count, 0u);
  for (int i = 1; i <= 100; ++i) meter.Add(Duration::Millis(i));
  meter.Add(Duration::Millis(-5));
  const auto summary = meter.Summarize();
  EXPECT_EQ(summary.count, 101u);
  EXPECT_EQ(summary.p50, Duration::Millis(50));
  EXPECT_EQ(summary.p99, Duration::Millis(99));
  EXPECT_EQ(summary.max, Duration::Millis(100));
  for (size_t i = 0; i < kLagSamples; ++i) meter.Add(Duration::Millis(1));
  EXPECT_EQ(meter.Summarize().max, Duration::Millis(1));
}

}  // namespace
}  // namespace lifeboat::replication
