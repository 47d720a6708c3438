// report.json's members for one graded run (schema: docs/drill.md).
#pragma once

#include <string>
#include <vector>

#include "drill/grader/run_grade.h"
#include "json/value.h"

namespace lifeboat::drill {

inline constexpr std::string_view kMissingKeysFile = "missing-writes.csv";

/// All members that belong to one run, in the schema's order; `runs`, `artifacts` and
/// `schema_version` are the caller's.
json::Object RunReport(const RunGrade& grade);
/// `key,seq,op,cohort,acked_s` of every missing write, with a heading.
std::string MissingWritesCsv(const RunGrade& grade);
json::Array TrafficTable(const RunGrade& grade);
json::Array Findings(const RunGrade& grade);
json::Array NotTested(const RunGrade& grade);

/// The lines under the timeline: RTO, RPO, ... VERDICT.
std::vector<std::string> VerdictLines(const RunGrade& grade);

}  // namespace lifeboat::drill
