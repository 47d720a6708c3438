#include "drill/grader/causes.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "drill/timeline.h"

namespace lifeboat::drill {
namespace {

using Id = std::tuple<std::string, Op, std::string, int64_t, std::string>;

std::string When(const Outage& outage, Micros scheduled) {
  if (!outage.t0 || scheduled < *outage.t0) return "before";
  return outage.healed && scheduled >= *outage.healed ? "after" : "during";
}

}  // namespace

std::vector<Cause> FindCauses(const RunFacts& facts, const std::vector<Request>& requests,
                              const Outage& outage) {
  std::map<Id, int64_t> counts;
  for (const Attempt& a : facts.attempts)
    if (a.cohort == kSeedCohort && a.outcome != Outcome::kAcknowledged)
      ++counts[{"seed", a.op, a.region, a.status, a.error}];
  for (const Request& r : requests)
    if (!r.correct) ++counts[{When(outage, r.scheduled), r.op, r.region, r.status, r.error}];
  std::vector<Cause> out;
  for (const auto& [id, count] : counts) {
    const auto& [when, op, region, status, error] = id;
    out.push_back({when, op, region, status, error, count});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Cause& a, const Cause& b) { return a.count > b.count; });
  return out;
}

std::string Describe(const Cause& cause) {
  std::string what = cause.error;
  if (what.empty())
    what = cause.status == 0    ? "no answer"
           : cause.status < 300 ? "an answer that is not what it must be"
                                : std::to_string(cause.status);
  return fmt::format("{} {}: {}{}", FormatCount(cause.count), ToString(cause.op), what,
                     cause.region.empty() ? "" : " from " + cause.region);
}

}  // namespace lifeboat::drill
