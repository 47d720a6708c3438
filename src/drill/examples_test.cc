// The scenarios that the repository ships are read and mean what their comments say.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "drill/scenario.h"

namespace lifeboat::drill {
namespace {

Scenario Load(const std::string& name) {
  const std::string path = LIFEBOAT_SOURCE_DIR "/examples/techmoda/" + name;
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  Result<Scenario> scenario = ParseScenario(text.str(), name);
  EXPECT_TRUE(scenario.ok()) << scenario.error().message;
  return scenario.ok() ? std::move(scenario).value() : Scenario{};
}

TEST(Examples, AreReadable) {
  EXPECT_EQ(Load("drill.yaml").faults.at(0).what.kind, fault::Kind::kKill);
  EXPECT_EQ(Load("drill-freeze.yaml").faults.at(0).what.kind, fault::Kind::kFreeze);
  EXPECT_EQ(Load("drill-lag.yaml").assumed_lag->max, Duration::Seconds(3));
  EXPECT_EQ(Load("drill-lab.yaml").setup->environment.at("HEALTH_THRESHOLD"), "3");
}

TEST(Examples, TheFirstDrillSaysItsVerdictInFiveMinutesAndEndsInSeven) {
  const Scenario s = Load("drill.yaml");
  const Duration window = s.recovered.window;
  constexpr Duration kSetUp = Duration::Seconds(30);
  constexpr Duration kDetection = Duration::Seconds(15);
  constexpr Duration kTtl = Duration::Seconds(60);
  // The client whose cache was filled last before T3 is the last to recover.
  const Duration slowest = kDetection + kTtl + Duration::Seconds(30);
  const Duration begun = kSetUp + s.baseline + s.faults.at(0).jitter;
  // Creates make keys, and the audit reads them with a quarter of the load's rate.
  const double keys = 200 + s.workload.write_rate * s.workload.create_percent / 100.0 *
                                (begun + slowest + window - kSetUp).seconds();
  const Duration audit = Duration::Seconds(
      static_cast<int64_t>(keys / ((s.workload.read_rate + s.workload.write_rate) / 4)));
  const Duration verdict = begun + slowest + window + audit;
  EXPECT_LT(verdict, Duration::Minutes(5));
  // A kept connection returns with its lifetime, at a whole number of which the answer has run out.
  const Duration returned = kDetection + s.cohorts.at(2).policy.lifetime * 2;
  EXPECT_LT(verdict + window * 2 + returned + window, Duration::Minutes(7));
}

TEST(Examples, EachKindOfFaultHasOne) {
  for (const fault::KindInfo& info : fault::Kinds()) {
    if (info.doer == fault::Doer::kNobody) continue;
    const Scenario s = Load(fmt::format("faults/{}.yaml", info.name));
    EXPECT_TRUE(std::any_of(s.faults.begin(), s.faults.end(), [&](const FaultSpec& fault) {
      return fault.what.kind == info.kind;
    })) << info.name;
    EXPECT_EQ(s.name, fmt::format("techmoda-{}", info.name));
  }
}

}  // namespace
}  // namespace lifeboat::drill
