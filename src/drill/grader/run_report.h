// report.json's members for one graded run (schema: docs/drill.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/run_grade.h"
#include "json/value.h"

namespace lifeboat::drill {

inline constexpr std::string_view kMissingKeysFile = "missing-writes.csv";

/// Seconds, to the microsecond; null for what never happened.
json::Value SecondsJson(Micros us);
json::Value SecondsJson(std::optional<Micros> us);
json::Value BetweenJson(std::optional<Micros> from, std::optional<Micros> to);
json::Array TextsJson(const std::vector<std::string>& texts);

/// All members that belong to one run, in the schema's order; `runs`,
/// `integrity`, `artifacts` and `schema_version` are the caller's.
json::Object RunReport(const RunGrade& grade);
/// `key,seq,op,cohort,acked_s,region,fate,behind` of every write that was
/// missing at the audit or is lost at the end, with a heading.
std::string MissingWritesCsv(const RunGrade& grade);

json::Array TrafficTable(const RunGrade& grade);
json::Array Findings(const RunGrade& grade);
json::Array NotTested(const RunGrade& grade);

// Parts that have a file of their own (report_times.cc, report_data.cc).
json::Value RtoReport(const RunGrade& grade);
json::Value FailbackReport(const Failback& failback);
/// Every group of faults with its own times; the first is the one that the
/// headline belongs to.
json::Array OutagesReport(const RunGrade& grade);
json::Value RpoReport(const RunGrade& grade);
json::Value WritesReport(const RunGrade& grade);
json::Value ReadsReport(const RunGrade& grade);
json::Value ConflictsReport(const RunGrade& grade);
json::Value ConvergenceReport(const RunGrade& grade);
json::Array CausesReport(const RunGrade& grade);
json::Value SustainedReport(const RunGrade& grade);

/// How the RTO and the RPO came out over several runs.
struct Spread {
  int64_t runs = 0;
  std::vector<Micros> rto;  ///< Of the runs that recovered, in order.
  std::vector<Micros> rpo;  ///< Of the runs whose RPO is known, in order.
};
/// The lower of the two in the middle.
Micros Median(const std::vector<Micros>& sorted);

/// What the journal's file says about itself.
struct Integrity {
  std::string chain;
  bool chained = false;
};

/// What is printed beside the RPO about the lag: assumed, or cut or paused by a
/// fault, or none.
std::string LagNote(const RunGrade& grade);
/// Of the lines under the timeline those that are certain before the failback.
std::vector<std::string> RtoAndRpoLines(const RunGrade& grade, const Spread& spread);
/// The lines under the timeline: RTO, RPO, ... VERDICT.
std::vector<std::string> VerdictLines(const RunGrade& grade, const Spread& spread,
                                      const Integrity& integrity);

}  // namespace lifeboat::drill
