// Recovery: from when on each class of each cohort was served well again, T4,
// and what came after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/good_window.h"
#include "drill/grader/outage.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct SeriesRecovery {
  std::string cohort;
  RequestClass request_class = RequestClass::kRead;
  bool counted = true;
  std::optional<Micros> good_from;  ///< T4 of this class and cohort.
  int64_t samples = 0;              ///< Scheduled from T0 on.
  int64_t judged = 0;               ///< Windows with enough requests.
};

struct Recovery {
  std::vector<SeriesRecovery> series;
  std::optional<Micros> t4;  ///< The latest of the counted; nullopt when one has none.
  std::string last_cohort;   ///< The one that t4 belongs to.
  bool all_counted_recovered() const { return t4.has_value(); }
};
/// Fills t4 and last_cohort from the series.
void SumUp(Recovery& recovery);

/// A cohort that counts in this run: counted by the scenario, and exposed.
using CountedCohorts = std::vector<std::string>;

/// Judges the windows from T0 that end at `until` or before. What counts is how they stand when all
/// have been judged.
Recovery FindRecovery(const Rules& rules, const CountedCohorts& counted,
                      const std::vector<Request>& requests, const Outage& outage, Micros until);
/// The same, but stops at the first moment, not before `not_before`, at which every counted series
/// is in a good window.
Recovery FindFirstRecovery(const Rules& rules, const CountedCohorts& counted,
                           const std::vector<Request>& requests, const Outage& outage,
                           Micros not_before, Micros until);

/// A stretch of bad windows of one class and cohort after the RTO was fixed.
struct Relapse {
  std::string cohort;
  RequestClass request_class = RequestClass::kRead;
  Micros from = 0;    ///< The first request in it that was not served well ...
  Micros to = 0;      ///< ... and the last.
  std::string cause;  ///< before-the-heal, heal, failback.
};
std::vector<Relapse> FindRelapses(const Rules& rules, const CountedCohorts& counted,
                                  const std::vector<Request>& requests, const Outage& outage,
                                  Micros from);

/// Bad seconds of one class of a cohort, and the requests behind them.
struct BadSeconds {
  std::string cohort;
  RequestClass request_class = RequestClass::kRead;
  bool counted = true;
  int64_t seconds = 0;
  int64_t failed = 0;
  int64_t scheduled = 0;
};
/// Whole seconds from `from` to `to` with requests of which fewer than the
/// bucket's share were served correctly.
std::vector<BadSeconds> CountBadSeconds(const Rules& rules, const CountedCohorts& counted,
                                        const std::vector<Request>& requests, Micros from,
                                        Micros to);
/// The worst of the counted.
int64_t WorstBadSeconds(const std::vector<BadSeconds>& series);

/// The parts of the RTO, clipped at T4: they sum up to it. A part whose end
/// isn't known has none, and the next one begins where it would have begun.
struct Phases {
  std::optional<Micros> detect, decide, execute, clients;
};
Phases SplitRto(const Outage& outage, std::optional<Micros> t4);

/// failover, heal or clients; empty when it did not recover. A good window that did not end before
/// the heal proves nothing without it.
std::string RecoveredBy(const Rules& rules, const Outage& outage, std::optional<Micros> t4);

bool Contains(const std::vector<std::string>& names, std::string_view name);

}  // namespace lifeboat::drill
