// Sustained: whether the standby carried the whole load for a while after the
// audit.
#pragma once

#include <optional>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct Sustained {
  bool measured = false;  ///< There was such a phase.
  Micros from = 0, to = 0;
  int64_t requests = 0;
  int64_t failed = 0;
  int64_t throttled = 0;   ///< Attempts answered 429.
  int64_t by_standby = 0;  ///< Answered by a survivor.
  Micros p99 = 0;
  Micros baseline_p99 = 0;
  double attempts_per_request = 0;
  double baseline_attempts_per_request = 0;
};
Sustained FindSustained(const RunFacts& facts, const std::vector<Request>& requests);

/// The value at nearest rank of `percent`; 0 when there is none.
Micros NearestRank(std::vector<Micros> values, size_t percent);

}  // namespace lifeboat::drill
