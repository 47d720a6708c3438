// Parts of scenario.cc that look at more than one member: what can't be, although each member
// alone is well-formed.
#pragma once

#include "drill/scenario.h"
#include "drill/scenario_reader.h"

namespace lifeboat::drill {

void CheckRegions(Section& world_section, const WorldSpec& world);
void CheckRegionName(Section& section, std::string_view key, const std::string& region,
                     const WorldSpec& world);
/// Gives every cohort without a share (below 0) its own: 5 % to one that isn't counted, and what is
/// left in equal parts to the others.
void ShareOut(Section& root, std::vector<CohortSpec>& cohorts);
void CheckWorkload(Section& reads, Section& writes, const WorkloadSpec& workload);
void CheckWindow(Section& section, const RecoveryRule& rule);
/// One entry of `faults`: a fault, or an experiment template with as many as it has.
void ReadFault(Section& section, const WorldSpec& world, std::vector<FaultSpec>& faults);
/// What needs the whole scenario.
void CheckTogether(Section& root, const Scenario& scenario);

}  // namespace lifeboat::drill
