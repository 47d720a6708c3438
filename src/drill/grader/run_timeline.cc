#include "drill/grader/run_timeline.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

std::string Survivors(const Rules& rules) {
  std::string out;
  for (const std::string& region : rules.survivors) out += (out.empty() ? "" : ", ") + region;
  return out;
}

using Entries = std::vector<TimelineEntry>;

/// Each fault is a line; T0 stands at the one that it is the confirmation of,
/// or has a line of its own.
void AddFaults(const Outage& outage, Entries& out) {
  if (!outage.t0) return;
  if (outage.t0_source == "control") {
    out.push_back(entries::NoFault(*outage.t0));
    return;
  }
  bool marked = false;
  for (const OutageFault& fault : outage.faults) {
    if (!fault.in_force) continue;
    const Micros asked = fault.asked.value_or(*fault.in_force);
    const bool is_t0 = outage.t0_source == "fault" && !marked && *fault.in_force == *outage.t0 &&
                       (fault.takes_region || !outage.takes_region());
    marked = marked || is_t0;
    out.push_back(is_t0 ? entries::FaultInForce(*fault.in_force, asked, fault.what)
                        : entries::FurtherFault(*fault.in_force, asked, fault.what));
  }
  if (!marked)
    out.push_back(
        entries::OutageBegins(*outage.t0, outage.asked.value_or(*outage.t0), outage.t0_source));
}

void AddFirstFailure(const RunGrade& g, const Outage& outage, Entries& out) {
  if (!outage.asked) return;
  const Request* first = nullptr;
  for (const Request& r : g.requests) {
    if (r.correct || r.done < *outage.asked || r.done > outage.until) continue;
    if (first == nullptr || r.done < first->done) first = &r;
  }
  if (first != nullptr)
    out.push_back(entries::FirstFailure(first->done, ToString(ClassOf(first->op)), first->cohort));
}

void AddDecision(const RunGrade& g, const Outage& outage, Entries& out) {
  if (outage.t1)
    out.push_back(outage.detection != nullptr
                      ? entries::Detected(*outage.t1, *outage.t0,
                                          outage.detection->checkers_healthy,
                                          outage.detection->checkers)
                      : entries::Detected(*outage.t1, *outage.t0, 0, 0));
  if (outage.t2)
    out.push_back(entries::Decided(*outage.t2, outage.t1.value_or(*outage.t0), outage.t2_source));
  if (outage.t3)
    out.push_back(
        entries::Executed(*outage.t3, outage.t2.value_or(*outage.t0), Survivors(g.facts.rules)));
}

void AddRecovery(const RunGrade& g, const OutageGrade& outage, Entries& out) {
  for (const CohortRule& cohort : g.facts.rules.cohorts) {
    const std::optional<Micros> good = CohortGoodFrom(outage.recovery, cohort.name);
    if (good && cohort.name != outage.recovery.last_cohort)
      out.push_back(entries::CohortGood(*good, cohort.name));
  }
  if (outage.t4)
    out.push_back(entries::ClientsSeeIt(*outage.t4, outage.outage.t3.value_or(*outage.outage.t0),
                                        outage.recovery.last_cohort,
                                        NeverRecovered(g.facts.rules, outage.recovery)));
  if (outage.t5) out.push_back(entries::Verified(*outage.t5, *outage.t4, g.audit.writes));
}

void AddHeal(const OutageGrade& outage, Entries& out) {
  for (const OutageFault& fault : outage.outage.faults)
    if (fault.cleared) out.push_back(entries::Healed(*fault.cleared, fault.healed_what));
  const Failback& failback = outage.failback;
  if (failback.named && failback.names_apply)
    out.push_back(entries::FailedBack(*failback.named, *failback.begin));
  if (failback.t6)
    out.push_back(entries::FailbackGood(*failback.t6, *failback.begin, failback.bad_seconds));
}

void AddConvergence(const RunGrade& g, Entries& out) {
  if (LastConvergence(g.facts) == nullptr) return;
  out.push_back(entries::Converged(g.converged.value_or(g.load_until),
                                   g.first().healed.value_or(g.load_until), g.digests_equal));
}

}  // namespace

std::optional<Micros> CohortGoodFrom(const Recovery& recovery, const std::string& cohort) {
  std::optional<Micros> latest;
  for (const SeriesRecovery& series : recovery.series) {
    if (series.cohort != cohort) continue;
    if (!series.good_from) return std::nullopt;
    latest = std::max(latest.value_or(*series.good_from), *series.good_from);
  }
  return latest;
}

std::vector<std::string> NeverRecovered(const Rules& rules, const Recovery& recovery) {
  std::vector<std::string> never;
  for (const CohortRule& cohort : rules.cohorts)
    if (!CohortGoodFrom(recovery, cohort.name)) never.push_back(cohort.name);
  return never;
}

std::vector<TimelineEntry> BuildTimeline(const RunGrade& g) {
  Entries out;
  if (const auto baseline = g.facts.PhaseStart("baseline"))
    out.push_back(
        entries::Baseline(*baseline, g.validity.baseline_requests, g.validity.baseline_correct));
  for (const OutageGrade& outage : g.outages) {
    if (!outage.outage.t0) continue;
    AddFaults(outage.outage, out);
    AddFirstFailure(g, outage.outage, out);
    AddDecision(g, outage.outage, out);
    AddRecovery(g, outage, out);
    AddHeal(outage, out);
  }
  if (g.first().t0) AddConvergence(g, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const TimelineEntry& a, const TimelineEntry& b) { return a.t < b.t; });
  return out;
}

}  // namespace lifeboat::drill
