// Whether the instrument itself was fit: a good baseline, a confirmed fault, enough samples, a
// generator that kept its pace, and a complete audit. If not, the verdict is "inconclusive".
#pragma once

#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/losses.h"
#include "drill/grader/recovery.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

/// A generator that sends later than this (p99) doesn't measure the target but itself.
inline constexpr Micros kMaxGeneratorLate = 250'000;

struct Validity {
  bool baseline_ok = false;
  int64_t baseline_requests = 0;
  int64_t baseline_correct = 0;
  bool fault_confirmed = false;
  Micros generator_late_p99 = 0;
  int64_t samples = 0;  ///< Requests scheduled from T0 to the heal.
  double rpo_resolution_s = 0;
  std::vector<std::string> objections;  ///< Why the run is inconclusive; empty when it is fit.
};

Validity CheckValidity(const RunFacts& facts, const std::vector<Request>& requests,
                       const FaultTimes& fault, const Recovery& recovery, const Audit& audit,
                       Micros until);

}  // namespace lifeboat::drill
