// What the scenario says that the grader goes by, as the journal's first line
// keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drill/journal_lines.h"

namespace lifeboat::drill {

/// When a class of a cohort has recovered (docs/drill.md, "The good window").
/// Microseconds.
struct WindowRule {
  int64_t window = 60'000'000;
  double success = 0.99;
  int64_t bucket = 5'000'000;
  double bucket_success = 0.95;
  int64_t p99 = 2'000'000;
  int64_t min_samples = 100;
};

/// A population of clients. Microseconds.
struct CohortRule {
  std::string name;
  bool counted = true;
  int64_t clients = 1;
  double share = 0;          ///< Of the rates, from 0 to 1.
  std::string dns = "none";  ///< none, ttl, ttl+..., forever.
  int64_t dns_extra = 0;     ///< That the cache adds to the TTL.
  bool keep_alive = false;
  int64_t lifetime = 0;  ///< Of a connection; 0 when it has no end.
  int64_t attempts = 1;
  int64_t timeout = 0;
  int64_t backoff_max = 0;
  std::string via;   ///< The region that it is pinned to; empty for none.
  std::string pool;  ///< Of shared keys; empty for keys of its own.
  bool shared() const { return !pool.empty(); }
};

struct FaultRule {
  std::string kind;
  bool takes_region = false;
  std::string region;
  std::string after = "baseline";  ///< baseline, failback.
};

struct Rules {
  std::string control = "none";  ///< none, no-fault, no-recovery.
  std::string strategy;
  int64_t rpo_us = 0;
  int64_t rto_us = 0;
  std::optional<int64_t> failback_us;  ///< The objective for the failback's RTO.
  std::optional<int64_t> bad_us;       ///< The objective for bad seconds.
  WindowRule window;
  std::vector<CohortRule> cohorts;
  std::vector<FaultRule> faults;
  double baseline_success = 0.999;
  double read_rate = 0;
  double write_rate = 0;
  int64_t timeout_us = 0;
  int64_t observe_for_us = 0;  ///< 0 when the journal doesn't say.
  int64_t max_late_us = 0;     ///< Of the generator's p99.
  std::map<std::string, int64_t> expect;
  std::vector<std::string> regions;
  std::string lost_region;  ///< Empty when no region is lost.
  std::vector<std::string> survivors;
  bool assumed_lag = false;
  int64_t max_lag_us = 0;  ///< The greatest lag that is assumed.
  std::string decided_by = "health-check";
  std::string failback_by = "health-check";
  bool early_verdict = true;

  const CohortRule* FindCohort(std::string_view cohort) const;
  /// Counted, as the scenario says; unknown cohorts (seed, preflight) are not.
  bool Counted(std::string_view cohort) const;
  /// Whether the kind of the scenario's fault takes a region.
  bool FaultTakesRegion(int64_t index) const;
  bool IsSurvivor(std::string_view region) const;
};

/// From the journal's `run` line.
Result<Rules> RulesFromHeader(const RunLine& header);

}  // namespace lifeboat::drill
