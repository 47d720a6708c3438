#include "sim/simulation.h"

#include <gtest/gtest.h>

namespace lifeboat::sim {
namespace {

constexpr uint64_t kSeeds = 1'000;
constexpr uint64_t kSeedsToCatchABug = 1'000;

std::string Joined(const Violations& violations) {
  std::string out;
  for (const std::string& violation : violations) out += violation + "\n";
  return out;
}

TEST(Simulation, SeedsAreWellAndReachWhatTheyAreMeantToReach) {
  std::map<std::string, uint64_t> marks;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult result = sim::Run(seed);
    ASSERT_TRUE(result.violations.empty()) << "seed " << seed << "\n" << Joined(result.violations);
    for (const auto& [mark, count] : result.marks) marks[mark] += count;
  }
  for (size_t i = 0; i < kMishapCount; ++i) {
    EXPECT_GT(marks[std::string(ToString(static_cast<Mishap>(i)))], 20u) << i;
  }
  for (const char* mark : {"snapshots", "applied", "joined", "trimmed", "refilled", "excused"}) {
    EXPECT_GT(marks[mark], 20u) << mark;
  }
  // Rare: a key that nobody knows any more was written by a region that was rolled back.
  EXPECT_GT(marks["salvaged"], 2u);
}

TEST(Simulation, ASeedMeansTheSameRunEventByEvent) {
  for (const uint64_t seed : {3, 17}) {
    std::vector<std::string> first, second;
    sim::Run(seed, {Bug::kNone, [&](std::string_view line) { first.emplace_back(line); }});
    sim::Run(seed, {Bug::kNone, [&](std::string_view line) { second.emplace_back(line); }});
    EXPECT_GT(first.size(), 100u);
    EXPECT_EQ(first, second);
  }
}

/// Each mistake must be seen by the checkers, or they prove nothing.
class Mistake : public testing::TestWithParam<Bug> {};

TEST_P(Mistake, IsCaught) {
  for (uint64_t seed = 1; seed <= kSeedsToCatchABug; ++seed) {
    const RunResult result = sim::Run(seed, {GetParam(), nullptr});
    if (!result.violations.empty()) {
      RecordProperty("seed", static_cast<int>(seed));
      return;
    }
  }
  FAIL() << "not caught";
}

INSTANTIATE_TEST_SUITE_P(Bugs, Mistake,
                         testing::Values(Bug::kBrokenMerge, Bug::kEarlyTombstoneDrop,
                                         Bug::kUnsyncedCommit, Bug::kMergeInsteadOfRefill,
                                         Bug::kSalvageForgotten, Bug::kGenerationNotChecked));

TEST(Simulation, ALongOutageIsCaughtUpWith) {
  const Scenario scenario = LongOutage(Duration::Minutes(10), 100);
  const RunResult result = RunScenario(1, scenario, {}, scenario.regions[1]);
  EXPECT_TRUE(result.violations.empty()) << Joined(result.violations);
  EXPECT_GT(result.acknowledged, 50'000u);
}

}  // namespace
}  // namespace lifeboat::sim
