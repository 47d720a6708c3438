// The pure rules: when a tombstone goes, what of a log goes, and how lags are summed up.
#include <gtest/gtest.h>

#include "replication/lag_meter.h"
#include "replication/log_times.h"
#include "replication/log_use.h"
#include "replication/tombstones.h"
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

LogUse Log() {
  LogUse use;
  use.first = 1;
  use.head = 1000;
  use.collected = 900;
  use.acknowledged = {800, 950};
  use.bytes = 10'000;
  use.bytes_max = 20'000;
  return use;
}

TEST(FirstNeeded, IsTheLeastOfWhatSomebodyNeeds) {
  EXPECT_EQ(FirstNeeded(Log()), 801u);
  LogUse use = Log();
  use.collected = 10;
  EXPECT_EQ(FirstNeeded(use), 11u);
  use = Log();
  use.acknowledged = {};
  use.collected = 1000;
  EXPECT_EQ(FirstNeeded(use), 1001u);
}

TEST(FirstNeeded, IsNotKnownBeforeAllPeersWereHeard) {
  LogUse use = Log();
  use.acknowledged[1] = std::nullopt;
  EXPECT_EQ(FirstNeeded(use), std::nullopt);
}

TEST(FirstNeeded, PassesOverPeersWhenTheLogIsTooLong) {
  LogUse use = Log();
  use.acknowledged = {std::nullopt};
  use.bytes_max = 2'500;
  EXPECT_EQ(FirstNeeded(use), 751u);
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

TEST(LogTimes, KeepsWhatALagCanAskFor) {
  LogTimes times;
  const Duration lag = Duration::Seconds(2);
  const auto at = [](int64_t ms) { return Instant{} + Duration::Millis(ms); };
  times.Note(5, at(0), lag);
  EXPECT_FALSE(times.Find(3).exact);
  for (int64_t ms = 10; ms <= 9'000; ms += 10) {
    times.Note(5 + static_cast<uint64_t>(ms), at(ms), lag);
  }
  EXPECT_EQ(times.Find(9'005).at, at(9'000));
  EXPECT_EQ(times.Find(8'001).at, at(8'000));
  EXPECT_TRUE(times.Find(8'001).exact);
  EXPECT_FALSE(times.Find(100).exact);
  EXPECT_LE(times.Find(100).at, at(7'000));
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
