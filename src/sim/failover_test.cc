#include "sim/failover.h"

#include <gtest/gtest.h>

namespace lifeboat::sim {
namespace {

/// `lifeboat sim run` is for the thousands.
constexpr uint64_t kSeeds = 200;
constexpr uint64_t kSeedsToCatchABug = 1'000;

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
    EXPECT_GT(marks[mark], 10u) << mark;
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

/// Each mistake must be seen by the checker, or it proves nothing. The search begins at a seed that
/// is known to show it.
struct Planted {
  FailoverBug bug;
  uint64_t first_seed;
};
class FailoverMistake : public testing::TestWithParam<Planted> {};

TEST_P(FailoverMistake, IsCaught) {
  const auto& [bug, first_seed] = GetParam();
  for (uint64_t seed = first_seed; seed < first_seed + kSeedsToCatchABug; ++seed) {
    if (RunFailover(seed, {.bug = bug, .trace = nullptr}).violations.empty()) continue;
    RecordProperty("seed", static_cast<int>(seed));
    EXPECT_EQ(Joined(RunFailover(seed).violations), "") << "the mistake is not what breaks it";
    return;
  }
  FAIL() << "not caught";
}

INSTANTIATE_TEST_SUITE_P(Bugs, FailoverMistake,
                         testing::Values(Planted{FailoverBug::kStaleReader, 3},
                                         Planted{FailoverBug::kForgottenOpinions, 5},
                                         Planted{FailoverBug::kForgottenZones, 1},
                                         Planted{FailoverBug::kAnyEpoch, 8},
                                         Planted{FailoverBug::kForgottenBatches, 7},
                                         Planted{FailoverBug::kDeafControlPlane, 7}));

}  // namespace
}  // namespace lifeboat::sim
