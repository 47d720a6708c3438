// Failback: from the region's return to the moment when it serves its clients
// well again, T6.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"
#include "drill/grader/outage.h"
#include "drill/grader/recovery.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct Failback {
  bool expected = false;  ///< A region was taken and came back, and a failback is planned.
  std::optional<Micros> begin;
  std::string begin_source;       ///< fault, decision.
  bool names_apply = false;       ///< The answers named the region before the fault.
  std::optional<Micros> named;    ///< Every server that answers names it again.
  std::optional<Micros> good;     ///< The last counted series is in a good window again.
  std::optional<Micros> clients;  ///< 95 % of each counted cohort's clients are back.
  std::optional<Micros> t6;
  std::string waits_for;    ///< Why there is no T6.
  int64_t bad_seconds = 0;  ///< From its begin to T6, or to the end of the load.
  /// What reads through the region lacked although a survivor had acknowledged
  /// it: writes, and the age of the oldest.
  int64_t lacking = 0;
  Micros lacking_age = 0;

  std::optional<Micros> rto() const {
    return t6 && begin ? std::optional(*t6 - *begin) : std::nullopt;
  }
};

/// The share of a cohort's clients that must be back.
inline constexpr double kClientsBack = 0.95;

Failback FindFailback(const RunFacts& facts, const History& history,
                      const std::vector<Request>& requests, const CountedCohorts& counted,
                      const Outage& outage);

}  // namespace lifeboat::drill
