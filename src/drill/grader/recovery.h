// The times of a run: when the fault was in force, was detected, decided and executed, and from
// when on each class of each cohort was served well again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/good_window.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

/// The fault that T0 belongs to and its times. With the control `no-fault` T0 is when the fault
/// would have been.
struct FaultTimes {
  std::optional<Micros> asked;
  std::optional<Micros> t0;
  bool confirmed = false;
  std::optional<Micros> heal_asked;
  std::optional<Micros> healed;
};
FaultTimes FindFaultTimes(const RunFacts& facts);

/// T1: the first health check of the lost region (of any, when the check's region is not known)
/// that turns unhealthy after the fault was asked for.
const HealthLine* FindDetection(const RunFacts& facts, const FaultTimes& fault);

/// T3: from when on every server's answers, as far as `until`, name survivors only.
std::optional<Micros> FindExecution(const RunFacts& facts, Micros t0, Micros until);
/// The first time after `heal` at which every server's latest answer names the lost region again.
std::optional<Micros> FindFailback(const RunFacts& facts, Micros heal);
/// True when the answer has addresses, all of survivors.
bool NamesSurvivorsOnly(const RunFacts& facts, const DnsLine& line);

struct SeriesRecovery {
  std::string cohort;
  RequestClass request_class = RequestClass::kRead;
  bool counted = true;
  std::optional<Micros> good_from;  ///< T4 of this class and cohort.
  int64_t samples = 0;              ///< Scheduled from T0 to the heal.
};

struct Recovery {
  std::vector<SeriesRecovery> series;
  std::optional<Micros> t4;  ///< The latest of the counted; nullopt when one has none.
  std::string last_cohort;   ///< The one that t4 belongs to.
  bool all_counted_recovered() const { return t4.has_value(); }
};
/// Judges all windows between `t0` and `until` (the heal, or the end).
Recovery FindRecovery(const Rules& rules, const std::vector<Request>& requests, Micros t0,
                      Micros until);
/// Fills t4 and last_cohort from the series.
void SumUp(Recovery& recovery);

/// Whole seconds from `from` to `to` in which fewer than the bucket's share of the counted cohorts'
/// requests were served correctly, or none was scheduled.
int64_t CountBadSeconds(const Rules& rules, const std::vector<Request>& requests, Micros from,
                        Micros to);

}  // namespace lifeboat::drill
