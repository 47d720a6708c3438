// What the scenario says that the grader goes by, as the journal's first line keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::drill {

/// When a class of a cohort has recovered (docs/drill.md, "The good window"). Microseconds.
struct WindowRule {
  int64_t window = 60'000'000;
  double success = 0.99;
  int64_t bucket = 5'000'000;
  double bucket_success = 0.95;
  int64_t p99 = 2'000'000;
  int64_t min_samples = 100;
};

struct CohortRule {
  std::string name;
  bool counted = true;
};

struct Rules {
  std::string control;  ///< none, no-fault, no-recovery.
  int64_t rpo_us = 0;
  int64_t rto_us = 0;
  WindowRule window;
  std::vector<CohortRule> cohorts;
  double baseline_success = 0.999;
  double read_rate = 0;
  double write_rate = 0;
  int64_t timeout_us = 0;
  std::map<std::string, int64_t> expect;
  std::string lost_region;  ///< Empty when no region is lost.
  std::vector<std::string> survivors;
  bool assumed_lag = false;

  bool Counted(std::string_view cohort) const;
};

/// From the journal's `run` line.
Result<Rules> RulesFromHeader(const json::Value& header);

}  // namespace lifeboat::drill
