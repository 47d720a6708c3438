// The report: what a drill found, as report.json and as the text that ends the
// terminal's output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace lifeboat::drill {

inline constexpr int kReportSchemaVersion = 2;

/// Exit codes of a drill (docs/drill.md).
inline constexpr int kExitMet = 0;
inline constexpr int kExitMissed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInconclusive = 3;
inline constexpr int kExitInterrupted = 130;

/// A file beside report.json that the grader made.
struct Artifact {
  std::string path;
  std::string content;
};

struct Report {
  json::Value json;  ///< The whole of report.json (schema: docs/drill.md).
  std::vector<Artifact> artifacts;
  std::vector<std::string> timeline;  ///< The timeline of the worst run, as the terminal showed it.
  std::vector<std::string> verdict;   ///< The lines under it: RTO, RPO, ... VERDICT.
  int exit_code = kExitInconclusive;
};

/// report.json's text.
std::string ReportJson(const Report& report);

/// The members in which two reports differ, each as `rto.headline_s: 4.7
/// there, 4.8 here`; `there` is the stored one. At most kMaxDifferences.
inline constexpr size_t kMaxDifferences = 20;
std::vector<std::string> Differences(const json::Value& there, const json::Value& here);

}  // namespace lifeboat::drill
