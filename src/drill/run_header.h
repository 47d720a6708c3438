// The first line of a run in the journal, and what the terminal shows above its timeline.
#pragma once

#include <string>
#include <vector>

#include "drill/host.h"
#include "drill/journal_lines.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

RunLine RunHeader(const RunnerHost& host, const Scenario& scenario, const RunOptions& options,
                  const World& world, const Deployments& deployments);
HealthLine HealthLineOf(const HealthEvent& event);
/// `techmoda-warm-standby  run 1/1  seed 42  era today` and the assumptions.
std::vector<std::string> HeaderLines(const Scenario& scenario, const RunOptions& options, int run);

}  // namespace lifeboat::drill
