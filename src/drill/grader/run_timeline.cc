#include "drill/grader/run_timeline.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

std::string Survivors(const Rules& rules) {
  std::string out;
  for (const std::string& region : rules.survivors) out += (out.empty() ? "" : ", ") + region;
  return out;
}

void AddFault(const RunGrade& g, std::vector<TimelineEntry>& out) {
  if (!g.fault.t0) return;
  if (g.facts.rules.control == "no-fault") {
    out.push_back(entries::NoFault(*g.fault.t0));
    return;
  }
  const FaultLine* line = g.facts.FindFault(0, "in-force");
  out.push_back(entries::FaultInForce(*g.fault.t0, g.fault.asked.value_or(*g.fault.t0),
                                      line == nullptr ? "" : line->what));
}

void AddFirstFailure(const RunGrade& g, std::vector<TimelineEntry>& out) {
  if (!g.fault.asked) return;
  const Request* first = nullptr;
  for (const Request& r : g.requests)
    if (!r.correct && r.done >= *g.fault.asked && (first == nullptr || r.done < first->done))
      first = &r;
  if (first != nullptr)
    out.push_back(entries::FirstFailure(first->done, ToString(ClassOf(first->op)), first->cohort));
}

void AddDetection(const RunGrade& g, std::vector<TimelineEntry>& out) {
  if (g.t1)
    out.push_back(entries::Detected(*g.t1, *g.fault.t0, g.detection->checkers_healthy,
                                    g.detection->checkers));
  if (g.t2) out.push_back(entries::Decided(*g.t2, *g.t1));
  if (g.t3)
    out.push_back(entries::Executed(*g.t3, g.t2.value_or(*g.fault.t0), Survivors(g.facts.rules)));
}

void AddRecovery(const RunGrade& g, std::vector<TimelineEntry>& out) {
  for (const CohortRule& cohort : g.facts.rules.cohorts) {
    const std::optional<Micros> good = CohortGoodFrom(g.recovery, cohort.name);
    if (good && cohort.name != g.recovery.last_cohort)
      out.push_back(entries::CohortGood(*good, cohort.name));
  }
  if (g.t4)
    out.push_back(entries::ClientsSeeIt(*g.t4, g.t3.value_or(*g.fault.t0), g.recovery.last_cohort,
                                        NeverRecovered(g.facts.rules, g.recovery)));
  if (g.t5) out.push_back(entries::Verified(*g.t5, *g.t4, g.audit.writes));
}

void AddHeal(const RunGrade& g, std::vector<TimelineEntry>& out) {
  if (g.fault.healed) {
    const FaultLine* line = g.facts.FindFault(0, "cleared");
    out.push_back(entries::Healed(*g.fault.healed, line->what));
    if (g.failback) out.push_back(entries::FailedBack(*g.failback, *g.fault.healed));
  }
  const Micros since = g.fault.healed.value_or(g.load_until);
  if (g.aftermath.known)
    out.push_back(entries::Converged(g.converged.value_or(g.load_until), since, g.digests_equal));
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
  std::vector<TimelineEntry> out;
  if (const auto baseline = g.facts.PhaseStart("baseline"))
    out.push_back(
        entries::Baseline(*baseline, g.validity.baseline_requests, g.validity.baseline_correct));
  if (g.fault.t0) {
    AddFault(g, out);
    AddFirstFailure(g, out);
    AddDetection(g, out);
    AddRecovery(g, out);
    AddHeal(g, out);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const TimelineEntry& a, const TimelineEntry& b) { return a.t < b.t; });
  return out;
}

}  // namespace lifeboat::drill
