// Whatever stands in a scenario file, reading it ends with a scenario that can be run or with
// complaints that say where; never with a crash, and never with a run that crashes.
#include <gtest/gtest.h>

#include <array>

#include "base/prng.h"
#include "drill/grader/rules.h"
#include "drill/run_header.h"
#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

constexpr int kFiles = 200;

/// Values that stand in the wrong place, have the wrong kind or the wrong size.
std::string OddValue(Prng& prng) {
  static constexpr std::array kOdd = {
      "[]",          "{}",     "~",         "''",     "0",       "-1",    "0s",       "0%",
      "101%",        "1e99",   "nan",       "'a: b'", "[[]]",    "{a: }", "9999999h", "0/s",
      "[us-east-1]", "true",   "us-east-1", "- 1",    "\"\\0\"", "none",  "1ns",      "100%",
      "ttl+",        "ttl+0s", "2s-1s",     ":",      "1/s"};
  return std::string(kOdd[prng.Below(kOdd.size())]);
}

/// The usual scenario with a few of its values replaced, or a piece cut out or doubled.
std::string OddFile(Prng& prng, uint64_t most_changes = 2) {
  std::string text = ScenarioText();
  const auto changes = 1 + prng.Below(most_changes);
  for (uint64_t i = 0; i < changes; ++i) {
    const size_t colon = text.find(": ", prng.Below(text.size()));
    if (colon == std::string::npos) continue;
    const size_t end = text.find_first_of(",}\n", colon + 2);
    switch (prng.Below(4)) {
      case 0:
      case 1:
        text.replace(colon + 2, end - colon - 2, OddValue(prng));
        break;
      case 2:
        text.erase(colon, prng.Below(40));
        break;
      case 3:
        text.insert(end, text.substr(colon, prng.Below(60)));
        break;
    }
  }
  return text;
}

TEST(OddScenarios, AreRefusedWithAPlaceOrCanBeRun) {
  Prng prng(20261130);
  int refused = 0;
  for (int i = 0; i < kFiles; ++i) {
    const std::string text = OddFile(prng);
    const Result<Scenario> scenario = ParseScenario(text, "odd.yaml");
    if (!scenario.ok()) {
      ++refused;
      EXPECT_EQ(scenario.error().message.rfind("odd.yaml", 0), 0u) << text;
      continue;
    }
    // What is not refused has a header that the grader can read, and a fault and a client to run.
    RunLine header;
    header.scenario = ScenarioEcho(*scenario);
    EXPECT_TRUE(RulesFromHeader(header).ok()) << text;
    EXPECT_FALSE(scenario->survivors().empty()) << text;
  }
  EXPECT_GT(refused, kFiles / 2);
  EXPECT_LT(refused, kFiles);
}

/// One that the fake world can play, quickly.
bool CanBePlayed(const Scenario& s, const std::string& text) {
  const std::string usual = ScenarioText();
  const size_t target = usual.find("target:"), after = usual.find("workload:");
  int clients = 0;
  for (const CohortSpec& cohort : s.cohorts) clients += cohort.clients;
  const bool kinds = std::all_of(s.faults.begin(), s.faults.end(), [](const FaultSpec& fault) {
    return fault.what.kind == fault::Kind::kKill;
  });
  return kinds && !s.asks_person() && clients <= 200 &&
         s.workload.read_rate + s.workload.write_rate <= 100 &&
         text.find(usual.substr(target, after - target)) != std::string::npos;
}

TEST(OddScenarios, WhatIsAcceptedCanBeRun) {
  constexpr int kMostRuns = 4;
  constexpr Duration kLength = Duration::Seconds(60);
  Prng prng(20261201);
  int runs = 0;
  for (int i = 0; i < 4 * kFiles && runs < kMostRuns; ++i) {
    const std::string text = OddFile(prng, 1);
    const Result<Scenario> scenario = ParseScenario(text, "odd.yaml");
    if (!scenario.ok() || text == ScenarioText() || !CanBePlayed(*scenario, text)) continue;
    ++runs;
    VirtualTime time;
    FakeWorld world(time, {});
    MemoryJournal journal;
    MemoryDisplay display;
    std::optional<RunEnd> end;
    {
      Runner runner({time.clock(), time, world, world, world, world, journal, display}, *scenario,
                    {Control::kNone, "t1", {}});
      runner.Start([&](const RunEnd& ended) { end = ended; });
      time.RunUntil([&] { return end.has_value(); }, kLength);
    }
    EXPECT_TRUE(Grade(journal.lines).ok()) << text;
  }
  EXPECT_EQ(runs, kMostRuns);
}

TEST(OddScenarios, NoPieceOfAFileCrashesTheReader) {
  const std::string text = ScenarioText();
  for (size_t length = 0; length < text.size(); length += 7)
    ParseScenario(text.substr(0, length), "odd.yaml").ok();
}

}  // namespace
}  // namespace lifeboat::drill
