// Whatever a scenario file holds, reading it ends with complaints that name the file, or with a
// scenario whose header the grader can read and that has what a run needs.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "drill/grader/rules.h"
#include "drill/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat::drill;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = ParseScenario(text, "fuzz.yaml");
  if (!scenario.ok()) {
    if (!scenario.error().message.starts_with("fuzz.yaml")) abort();
    return 0;
  }
  RunLine header;
  header.scenario = ScenarioEcho(*scenario);
  if (!RulesFromHeader(header).ok()) abort();
  if (scenario->faults.empty() || scenario->cohorts.empty() || scenario->survivors().empty())
    abort();
  return 0;
}
