// The verdict of one run: the objectives, the expectations, the fitness of the
// instrument, and for a control whether it behaved as it must.
#include <algorithm>
#include <map>

#include "drill/grader/run_grade.h"
#include "drill/report.h"

namespace lifeboat::drill {
namespace {

/// The standby is red and gave no correct answer for this long: there is
/// nothing left to wait for.
constexpr Micros kDeadFor = 30'000'000;

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

Micros LongestOfCounted(const RunGrade& g) {
  Micros longest = 0;
  for (const std::string& cohort : g.counted)
    longest = std::max(longest, LongestRequest(*g.facts.rules.FindCohort(cohort)));
  return longest;
}

/// Every survivor that has a check is red at `t`, and there is one.
bool StandbyRedAt(const RunFacts& facts, Micros t) {
  std::map<std::string, bool> healthy;
  for (const HealthLine& line : facts.health)
    if (line.t <= t && facts.rules.IsSurvivor(line.region)) healthy[line.region] = line.healthy;
  return !healthy.empty() &&
         std::none_of(healthy.begin(), healthy.end(), [](const auto& one) { return one.second; });
}

/// The end of 30 s after T0 in which the standby was red and nobody had a
/// correct answer.
std::optional<Micros> DeadStandby(const RunGrade& g, const Outage& outage) {
  const Rules& rules = g.facts.rules;
  if (rules.decided_by != "health-check" || !rules.early_verdict) return std::nullopt;
  Micros since = *outage.t0;
  std::optional<Micros> found;
  const auto look = [&](Micros until) {
    if (found || until - since < kDeadFor) return;
    if (StandbyRedAt(g.facts, since) && StandbyRedAt(g.facts, since + kDeadFor))
      found = since + kDeadFor;
  };
  std::vector<Micros> good;
  for (const Request& r : g.requests)
    if (r.correct && r.scheduled >= *outage.t0 && Contains(g.counted, r.cohort))
      good.push_back(r.done);
  std::sort(good.begin(), good.end());
  for (const Micros t : good) {
    if (t > outage.observed_until) break;
    look(t);
    since = std::max(since, t);
  }
  look(outage.observed_until);
  return found;
}

std::string Prefix(const OutageGrade& outage) {
  return outage.outage.group == 0 ? "" : fmt::format("outage {}: ", outage.outage.group + 1);
}

/// There is no good window: missed if that is certain.
void JudgeNever(RunGrade& g, const OutageGrade& outage, Micros limit, Answer& answer) {
  const std::string who = fmt::format("{}RTO: cohort {} had no lasting good window", Prefix(outage),
                                      outage.recovery.last_cohort);
  const Micros certain = *outage.outage.t0 + limit + LongestOfCounted(g);
  if (outage.outage.until >= certain) {
    answer = Answer::kMissed;
    g.verdict.missed.push_back(fmt::format("{} within {:g}s", who, Seconds(limit)));
  } else if (DeadStandby(g, outage.outage)) {
    answer = Answer::kMissed;
    g.verdict.missed.push_back(who + ": the standby was red and gave no correct answer for 30 s");
  } else {
    g.verdict.inconclusive.push_back(who + ", and the run was too short to be certain");
  }
}

void JudgeRto(RunGrade& g, const OutageGrade& outage, Answer& answer) {
  if (!outage.outage.t0) return;
  const Micros limit = RtoLimit(g.facts.rules);
  const std::optional<Micros> rto = outage.rto();
  const std::string prefix = Prefix(outage);
  if (g.facts.rules.control == "no-recovery" && outage.recovered_by == "heal") {
    answer = Answer::kMissed;  // The control is about the failover alone.
    g.verdict.missed.push_back(prefix + "RTO: no recovery before the heal");
  } else if (rto) {
    const Micros judged = *rto + outage.outage.uncertainty();
    answer = judged <= limit ? Answer::kMet : Answer::kMissed;
    if (answer == Answer::kMissed)
      g.verdict.missed.push_back(fmt::format("{}RTO {:.1f}s (uncertain by {:.1f}s) is above {:g}s",
                                             prefix, Seconds(*rto),
                                             Seconds(outage.outage.uncertainty()), Seconds(limit)));
  } else {
    JudgeNever(g, outage, limit, answer);
  }
}

void JudgeRpo(RunGrade& g) {
  g.verdict.rpo = g.rpo.seconds <= g.facts.rules.rpo_us ? Answer::kMet : Answer::kMissed;
  if (g.verdict.rpo == Answer::kMissed)
    g.verdict.missed.push_back(fmt::format("RPO {}{:.1f}s is above {:g}s",
                                           g.rpo.lower_bound ? "of at least " : "",
                                           Seconds(g.rpo.seconds), Seconds(g.facts.rules.rpo_us)));
}

void JudgeBad(RunGrade& g, const OutageGrade& outage) {
  const Rules& rules = g.facts.rules;
  if (rules.bad_us) {
    const int64_t worst = WorstBadSeconds(outage.bad);
    const bool met = worst * 1'000'000 <= *rules.bad_us;
    g.verdict.bad = met && g.verdict.bad != Answer::kMissed ? Answer::kMet : Answer::kMissed;
    if (!met)
      g.verdict.missed.push_back(fmt::format("{}{} bad seconds are above {:g}s", Prefix(outage),
                                             worst, Seconds(*rules.bad_us)));
  }
  std::map<std::pair<std::string, RequestClass>, Micros> sums;
  for (const Relapse& relapse : outage.relapses) {
    const Micros length = relapse.to - relapse.from;
    sums[{relapse.cohort, relapse.request_class}] += length;
    if (length > rules.rto_us)
      g.verdict.missed.push_back(fmt::format(
          "{}relapse of {:.1f}s ({} of {}, {}) is above the RTO", Prefix(outage), Seconds(length),
          ToString(relapse.request_class), relapse.cohort, relapse.cause));
  }
  for (const auto& [series, sum] : sums)
    if (rules.bad_us && sum > *rules.bad_us)
      g.verdict.missed.push_back(fmt::format("{}relapses of {:.1f}s ({} of {}) are above {:g}s",
                                             Prefix(outage), Seconds(sum), ToString(series.second),
                                             series.first, Seconds(*rules.bad_us)));
}

void JudgeFailback(RunGrade& g, const OutageGrade& outage) {
  const Failback& failback = outage.failback;
  if (!failback.expected || g.facts.end() == nullptr || g.facts.end()->reason != "complete") return;
  const Rules& rules = g.facts.rules;
  const std::optional<Micros> rto = failback.rto();
  const bool met = rto && (!rules.failback_us || *rto <= *rules.failback_us);
  if (g.verdict.failback != Answer::kMissed)
    g.verdict.failback = met ? Answer::kMet : Answer::kMissed;
  if (met) return;
  g.verdict.missed.push_back(
      rto ? fmt::format("{}failback RTO {:.1f}s is above {:g}s", Prefix(outage), Seconds(*rto),
                        Seconds(*rules.failback_us))
          : fmt::format("{}the failback never was good: {}", Prefix(outage), failback.waits_for));
}

void JudgeExpectations(RunGrade& g) {
  const std::map<std::string, int64_t> found = {
      {"lost", g.aftermath.lost + g.conflicts.lost},
      {"survivor_missing", static_cast<int64_t>(g.survivor_missing.writes.size())},
      {"resurrected", g.aftermath.resurrected},
      {"lost_increments", g.conflicts.lost_increments},
      {"duplicates", g.aftermath.duplicate},
      {"ghosts", g.aftermath.ghost},
      {"overwritten", g.aftermath.overwritten},
      {"stale", g.reads.stale},
      {"read-your-writes", g.reads.read_your_writes},
      {"non-monotonic", g.reads.non_monotonic},
  };
  for (const auto& [name, limit] : g.facts.rules.expect) {
    const auto it = found.find(name);
    if (it != found.end() && it->second > limit)
      g.verdict.missed.push_back(
          fmt::format("expected at most {} {}, found {}", limit, name, it->second));
  }
  if (g.aftermath.known && !g.digests_equal)
    g.verdict.missed.push_back("the regions did not converge after the heal");
}

/// `no-fault` must find nothing at all; else the instrument sees losses where
/// there are none.
void JudgeNoFault(RunGrade& g) {
  Verdict& verdict = g.verdict;
  if (g.rto() != Micros{0})
    verdict.missed.push_back("not every window was good, though there was no fault");
  if (const int64_t bad = WorstBadSeconds(g.outages.front().bad); bad > 0)
    verdict.missed.push_back(fmt::format("{} bad seconds, though there was no fault", bad));
  if (!g.missing.writes.empty())
    verdict.missed.push_back(
        fmt::format("{} writes missing, though there was no fault", g.missing.writes.size()));
  if (!verdict.missed.empty()) verdict.status = VerdictStatus::kMissed;
  verdict.control_behaved = verdict.missed.empty();
}

void JudgeControl(RunGrade& g) {
  Verdict& verdict = g.verdict;
  if (g.facts.rules.control == "no-fault") {
    JudgeNoFault(g);
  } else {
    const OutageGrade& first = g.outages.front();
    const bool recovered = first.rto() && first.recovered_by != "heal";
    verdict.control_behaved = verdict.status == VerdictStatus::kMissed && !recovered;
    if (!verdict.control_behaved)
      verdict.missed.push_back("the drill found a recovery, though there was none to find");
  }
  verdict.exit_code = verdict.control_behaved ? kExitMet : kExitMissed;
}

bool Interrupted(const RunGrade& g) {
  return g.facts.end() != nullptr && g.facts.end()->reason == "interrupted";
}

}  // namespace

Micros RtoLimit(const Rules& rules) {
  if (rules.observe_for_us <= 0) return rules.rto_us;
  return std::min(rules.rto_us, rules.observe_for_us);
}

void Judge(RunGrade& g) {
  Verdict& verdict = g.verdict;
  verdict = {};
  verdict.inconclusive = g.validity.All();
  if (g.validity.rto_fit()) {
    JudgeRto(g, g.outages.front(), verdict.rto);
    for (size_t i = 1; i < g.outages.size(); ++i) {
      Answer answer = Answer::kUnknown;
      JudgeRto(g, g.outages[i], answer);
      if (answer == Answer::kMissed) verdict.rto = answer;
    }
  }
  if (g.validity.rto_fit())
    for (const OutageGrade& outage : g.outages) {
      if (!outage.outage.t0) continue;
      JudgeBad(g, outage);
      JudgeFailback(g, outage);
    }
  if (g.validity.rpo_fit() && g.first().t0) JudgeRpo(g);
  if (g.validity.data_fit()) JudgeExpectations(g);
  if (!verdict.missed.empty())
    verdict.status = VerdictStatus::kMissed;
  else if (!verdict.inconclusive.empty())
    verdict.status = VerdictStatus::kInconclusive;
  else
    verdict.status = VerdictStatus::kMet;
  const bool control = g.facts.rules.control != "none";
  if (Interrupted(g)) {
    verdict.exit_code = kExitInterrupted;
  } else if (control && verdict.status != VerdictStatus::kInconclusive) {
    JudgeControl(g);
  } else {
    verdict.exit_code = verdict.status == VerdictStatus::kMet      ? kExitMet
                        : verdict.status == VerdictStatus::kMissed ? kExitMissed
                                                                   : kExitInconclusive;
  }
}

}  // namespace lifeboat::drill
