// No figure of a drill depends on how long the load ran before the fault: the clients of a cohort
// are in every phase of their caches and connections at any moment.
#include <gtest/gtest.h>

#include <cstdlib>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

/// T4 - T3 as the timeline shows it, of a drill whose one cohort is `cohort`, after a baseline of
/// `baseline` seconds.
double ClientsPhase(const std::string& cohort, int baseline) {
  const std::string text = ScenarioText({
      {"  - {name: fresh, dns: none, connections: per-request, attempts: 1}\n", ""},
      {"  - {name: jvm, dns: ttl+30s, connections: keep-alive, attempts: 3, backoff: 100ms-2s}\n",
       ""},
      {"name: browser, dns: ttl, connections: keep-alive, attempts: 2", "name: some, " + cohort},
      {"for: 20s", fmt::format("for: {}s", baseline)},
      {"jitter: 2s", "jitter: 0s"},
      {"reads: {rate: 30/s}", "reads: {rate: 20/s}"},
      {"rate: 30/s, create: 60%, update: 30%", "rate: 20/s, create: 10%, update: 80%"},
      {"window: 20s", "window: 60s"},
      {", for: 3m", ""},
  });
  const Result<Scenario> scenario = ParseScenario(text, "drill.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().message;
  VirtualTime time;
  FakeWorld world(time, {});
  MemoryJournal journal;
  MemoryDisplay display;
  Runner runner({time.clock(), time, world, world, world, world, journal, display}, *scenario,
                {Control::kNone, "t1"});
  runner.Start([](const RunEnd&) {});
  const std::string mark = "clients see it";
  std::string shown;
  EXPECT_TRUE(time.RunUntil([&] {
    for (const std::string& line : display.lines)
      if (const size_t at = line.find(mark); at != std::string::npos)
        shown = line.substr(at + mark.size());
    return !shown.empty();
  }));
  return std::strtod(shown.c_str(), nullptr);
}

class Stationarity : public testing::TestWithParam<std::string> {};

TEST_P(Stationarity, TheLengthOfTheBaselineMovesNothing) {
  double least = 1e9, greatest = 0;
  for (const int baseline : {10, 25, 45, 54, 70, 700}) {
    const double clients = ClientsPhase(GetParam(), baseline);
    least = std::min(least, clients);
    greatest = std::max(greatest, clients);
  }
  // 40 clients share 20 reads and 20 writes a second.
  constexpr double kRequestInterval = 1;
  EXPECT_LT(greatest - least, 2 + kRequestInterval) << least << " to " << greatest;
}

INSTANTIATE_TEST_SUITE_P(Cohorts, Stationarity,
                         testing::Values("dns: ttl, connections: per-request, attempts: 1",
                                         "dns: ttl+30s, connections: keep-alive, attempts: 3",
                                         "dns: ttl, connections: keep-alive, lifetime: 90s"));

}  // namespace
}  // namespace lifeboat::drill
