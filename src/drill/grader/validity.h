// Whether the instrument itself was fit, for the RTO, for the RPO and for what
// is left at the end, each on its own. What is not fit is not judged: its
// verdict is "inconclusive".
#pragma once

#include <string>
#include <vector>

#include "drill/grader/causes.h"
#include "drill/grader/facts.h"
#include "drill/grader/outage.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct RunGrade;

struct Validity {
  bool baseline_ok = false;
  int64_t baseline_requests = 0;
  int64_t baseline_correct = 0;
  bool fault_confirmed = false;
  Micros generator_late_p99 = 0;
  int64_t samples = 0;  ///< Requests of the counted cohorts scheduled from T0 on.
  /// Why nothing is concluded at all, or not about one thing; empty when it is
  /// fit.
  std::vector<std::string> run, rto, rpo, data;
  bool rto_fit() const { return run.empty() && rto.empty(); }
  bool rpo_fit() const { return run.empty() && rpo.empty(); }
  bool data_fit() const { return run.empty() && data.empty(); }
  std::vector<std::string> All() const;
};

Validity CheckValidity(const RunGrade& grade);

/// Sent after scheduled, 99 % of all.
Micros GeneratorLateP99(const std::vector<Request>& requests);

}  // namespace lifeboat::drill
