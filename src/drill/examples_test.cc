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

TEST(Examples, TheFirstDrillTakesAboutFourMinutes) {
  const Scenario s = Load("drill.yaml");
  // Baseline, jitter, the fault, detection of the return, and the watch after it.
  const Duration most = s.baseline + s.faults.at(0).jitter + *s.faults.at(0).lasts +
                        Duration::Seconds(20) + s.failback_watch;
  EXPECT_LT(most, Duration::Seconds(200));
  // The slowest counted client (60 s of TTL and 30 s more), the window and the audit fit in before
  // the heal.
  EXPECT_GE(*s.faults.at(0).lasts, Duration::Seconds(90) + s.recovered.window);
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
