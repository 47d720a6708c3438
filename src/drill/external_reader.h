// Reads `world: {external: ...}`: regions that are none of ours, as a scenario describes them.
#pragma once

#include "drill/scenario.h"
#include "drill/scenario_reader.h"

namespace lifeboat::drill {

/// Fills in the world's regions too. Complains about what is wrong.
void ReadExternal(Section section, WorldSpec& world);

/// What needs the whole scenario: where regions are, and faults that nobody can bring there.
void CheckExternal(Section& root, const Scenario& scenario);

}  // namespace lifeboat::drill
