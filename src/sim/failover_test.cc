#include "sim/failover.h"

#include <gtest/gtest.h>

namespace lifeboat::sim {
namespace {

constexpr uint64_t kSeeds = 1'000;

std::string Joined(const Violations& violations) {
  std::string out;
  for (const std::string& violation : violations) out += violation + "\n";
  return out;
}

TEST(Failover, SeedsAreWellAndReachWhatTheyAreMeantToReach) {
  std::map<std::string, uint64_t> marks;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult result = RunFailover(seed);
    ASSERT_TRUE(result.violations.empty()) << "seed " << seed << "\n" << Joined(result.violations);
    for (const auto& [mark, count] : result.marks) marks[mark] += count;
  }
  for (const char* mark : {"kill", "revive", "freeze", "thaw", "cut off", "reconnect",
                           "server crash", "server start", "weather", "clock-step", "change",
                           "failover", "failback", "disk lost", "disk rolled back"}) {
    EXPECT_GT(marks[mark], 100u) << mark;
  }
}

TEST(Failover, ASeedMeansTheSameRunEventByEvent) {
  for (const uint64_t seed : {3, 17}) {
    std::vector<std::string> first, second;
    RunFailover(seed, {.trace = [&](std::string_view line) { first.emplace_back(line); }});
    RunFailover(seed, {.trace = [&](std::string_view line) { second.emplace_back(line); }});
    EXPECT_GT(first.size(), 100u);
    EXPECT_EQ(first, second);
  }
}

/// Each mistake must be seen by the checker, or it proves nothing.
class FailoverMistake : public testing::TestWithParam<FailoverBug> {};

TEST_P(FailoverMistake, IsCaught) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunResult result = RunFailover(seed, {.bug = GetParam(), .trace = nullptr});
    if (!result.violations.empty()) {
      RecordProperty("seed", static_cast<int>(seed));
      return;
    }
  }
  FAIL() << "not caught";
}

INSTANTIATE_TEST_SUITE_P(Bugs, FailoverMistake,
                         testing::Values(FailoverBug::kStaleReader, FailoverBug::kForgottenOpinions,
                                         FailoverBug::kForgottenZones, FailoverBug::kAnyEpoch,
                                         FailoverBug::kForgottenBatches,
                                         FailoverBug::kDeafControlPlane));

}  // namespace
}  // namespace lifeboat::sim
