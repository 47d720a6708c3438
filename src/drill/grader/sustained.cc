#include "drill/grader/sustained.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

constexpr int64_t kThrottled = 429;

struct Load {
  int64_t requests = 0;
  int64_t attempts = 0;
  std::vector<Micros> latencies;
  double attempts_per_request() const {
    return requests == 0 ? 0 : static_cast<double>(attempts) / static_cast<double>(requests);
  }
};

Load LoadBetween(const std::vector<Request>& requests, Micros from, Micros to) {
  Load load;
  for (const Request& r : requests) {
    if (r.scheduled < from || r.scheduled >= to) continue;
    ++load.requests;
    load.attempts += r.attempts;
    load.latencies.push_back(r.done - r.scheduled);
  }
  return load;
}

/// A cohort that doesn't count, or is pinned to a region, says nothing of what the standby carries.
std::vector<Request> CountedOf(const RunFacts& facts, const std::vector<Request>& requests) {
  std::vector<Request> counted;
  for (const Request& r : requests)
    if (facts.rules.Counted(r.cohort)) counted.push_back(r);
  return counted;
}

}  // namespace

Micros NearestRank(std::vector<Micros> values, size_t percent) {
  if (values.empty()) return 0;
  const size_t rank = std::max<size_t>(1, (values.size() * percent + 99) / 100);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Sustained FindSustained(const RunFacts& facts, const std::vector<Request>& requests) {
  Sustained out;
  const std::optional<Micros> from = facts.PhaseStart("sustained");
  if (!from) return out;
  std::optional<Micros> to;
  for (const PhaseLine& phase : facts.phases)
    if (phase.t > *from && (!to || phase.t < *to)) to = phase.t;
  if (!to) return out;
  out.measured = true;
  out.from = *from;
  out.to = *to;
  const std::vector<Request> counted = CountedOf(facts, requests);
  for (const Request& r : counted) {
    if (r.scheduled < *from || r.scheduled >= *to) continue;
    ++out.requests;
    out.failed += r.correct ? 0 : 1;
    out.by_standby += r.status != 0 && facts.rules.IsSurvivor(r.region) ? 1 : 0;
  }
  for (const Attempt& a : facts.attempts)
    if (IsTraffic(a.cohort) && facts.rules.Counted(a.cohort) && a.status == kThrottled &&
        a.scheduled >= *from && a.scheduled < *to)
      ++out.throttled;
  const Load load = LoadBetween(counted, *from, *to);
  out.p99 = NearestRank(load.latencies, 99);
  out.attempts_per_request = load.attempts_per_request();
  const auto baseline = facts.PhaseStart("baseline");
  const auto fault = facts.PhaseStart("fault");
  if (!baseline || !fault) return out;
  const Load before = LoadBetween(counted, *baseline, *fault);
  out.baseline_p99 = NearestRank(before.latencies, 99);
  out.baseline_attempts_per_request = before.attempts_per_request();
  return out;
}

}  // namespace lifeboat::drill
