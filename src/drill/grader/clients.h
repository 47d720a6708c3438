// Clients: who was exposed to the fault, when each client was served again, and
// by when each must have been, by the rules of its caches and retries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/outage.h"
#include "drill/grader/recovery.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

struct Exposure {
  std::string cohort;
  int64_t requests = 0;  ///< In the last window before the fault was asked for.
  int64_t by_lost = 0;   ///< Of these, answered by the region that was then lost.
  bool exposed = false;
  double share() const {
    return requests == 0 ? 0 : static_cast<double>(by_lost) / static_cast<double>(requests);
  }
};
/// For each cohort. Where no region is taken all are exposed.
std::vector<Exposure> FindExposure(const Rules& rules, const std::vector<Request>& requests,
                                   const Outage& outage, Micros baseline);
/// The share that makes a cohort exposed: 0.95 for the active-passive
/// strategies, else 0.2.
double ExposedFrom(const Rules& rules);
CountedCohorts CountedOf(const Rules& rules, const std::vector<Exposure>& exposure);

/// When the clients of one cohort were served again, reads and writes together.
struct ClientRecovery {
  std::string cohort;
  int64_t clients = 0;  ///< That sent a request.
  int64_t never = 0;
  std::optional<Micros> p50, p90, p99,
      max;                ///< Since T0; none when it falls on one of `never`.
  Micros resolution = 0;  ///< How often one client sends a request.
};
/// Below this many clients a p99 says nothing.
inline constexpr int64_t kClientsForP99 = 200;
std::vector<ClientRecovery> FindClientRecovery(const Rules& rules,
                                               const std::vector<Request>& requests, Micros t0,
                                               Micros until);

struct WorstByRule {
  std::string cohort;
  bool known = false;             ///< T3 is.
  std::optional<Micros> seconds;  ///< Since T0; none when there is no bound.
};
/// By the rule: T3, then as long as an answer may be kept, then every attempt
/// with its time-out and the waits between them, then one interval between two
/// requests of a client.
std::vector<WorstByRule> FindWorst(const RunFacts& facts, const std::vector<Request>& requests,
                                   const Outage& outage, std::optional<Micros> t4);
/// Requests that still went to the lost region after the worst by rule: the
/// instrument's fault, not the target's. Names the cohorts.
std::vector<std::string> BeyondWorst(const Rules& rules, const std::vector<Request>& requests,
                                     const Outage& outage, const std::vector<WorstByRule>& worst);

/// The longest that one request of a cohort may take, retries and waits
/// included.
Micros LongestRequest(const CohortRule& cohort);

}  // namespace lifeboat::drill
