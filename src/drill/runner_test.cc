// Whole drills in virtual time against a world whose every number is set by hand: what the report
// says must be what was done to the world.
#include "drill/runner.h"

#include <gtest/gtest.h>

#include "drill/testing/drill_run.h"

namespace lifeboat::drill {
namespace {

TEST(Runner, KilledRegionIsSurvivedAndReported) {
  const DrillRun run = RunDrill(ScenarioText());
  ASSERT_TRUE(run.end->status.ok()) << run.end->status.error().message;
  for (const auto& line : run.display.lines) printf("%s\n", line.c_str());
  for (const auto& line : run.report.timeline) printf("%s\n", line.c_str());
  for (const auto& line : run.report.verdict) printf("%s\n", line.c_str());
}

}  // namespace
}  // namespace lifeboat::drill
