// The timeline of a graded run.
#pragma once

#include <vector>

#include "drill/grader/run_grade.h"
#include "drill/timeline.h"

namespace lifeboat::drill {

std::vector<TimelineEntry> BuildTimeline(const RunGrade& grade);

/// The latest start of a cohort's good windows over its classes; nullopt when
/// one has none.
std::optional<Micros> CohortGoodFrom(const Recovery& recovery, const std::string& cohort);
/// Cohorts that never recovered, in the scenario's order.
std::vector<std::string> NeverRecovered(const Rules& rules, const Recovery& recovery);

}  // namespace lifeboat::drill
