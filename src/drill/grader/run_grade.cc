#include "drill/grader/run_grade.h"

#include <algorithm>

#include "drill/grader/sanity.h"

namespace lifeboat::drill {
namespace {

Micros LastTime(const RunFacts& facts) {
  Micros last = facts.end() != nullptr ? facts.end()->t : 0;
  for (const Attempt& a : facts.attempts) last = std::max(last, a.done);
  for (const PhaseLine& p : facts.phases) last = std::max(last, p.t);
  return last;
}

/// T4 and T5. The RTO is fixed once no window is bad from T4 to the audit's end; a bad one restarts
/// it. Where there was no audit it is fixed by the first moment at which all are good.
void FindT4(const RunGrade& g, OutageGrade& out) {
  const Outage& outage = out.outage;
  const std::optional<Micros> audited = g.audit.end;
  const bool belongs = audited && *audited > *outage.t0 && *audited <= outage.until;
  out.recovery = FindFirstRecovery(g.facts.rules, g.counted, g.requests, outage,
                                   belongs ? *audited : 0, outage.until);
  out.t4 = out.recovery.t4;
  if (out.t4 && belongs && *out.t4 < *audited)
    out.t5 = std::max(*audited, *out.t4 + g.facts.rules.window.window);
}

void GradeOutage(const RunGrade& g, OutageGrade& out) {
  Outage& outage = out.outage;
  if (!outage.t0) return;
  const Rules& rules = g.facts.rules;
  FindDecision(g.facts, outage);
  FindT4(g, out);
  out.recovered_by = RecoveredBy(rules, outage, out.t4);
  out.phases = SplitRto(outage, out.t4);
  out.bad = CountBadSeconds(rules, g.counted, g.requests, *outage.t0, outage.until);
  if (out.t4)
    out.relapses = FindRelapses(rules, g.counted, g.requests, outage,
                                out.t5.value_or(*out.t4 + rules.window.window));
  out.failback = FindFailback(g.facts, g.history, g.requests, g.counted, outage);
}

/// T0 needs to know who was served well, and that needs to know T0, for what is
/// missing is excused only after it. So T0 is found from requests that are
/// judged without excuses.
void FindTimes(RunGrade& g) {
  const RunFacts& f = g.facts;
  ReadFindings ignored;
  const Micros lag = f.rules.max_lag_us + kLagAllowance;
  const std::vector<Request> plain =
      JudgeRequests(f, g.history, {std::nullopt, std::nullopt, {}, lag}, ignored);
  for (Outage& outage : FindOutages(f, g.load_until)) {
    FindT0(f, plain, outage);
    g.outages.emplace_back().outage = std::move(outage);
  }
  g.missing = FindMissing(g.audit, g.history, g.first());
  g.survivor_missing = FindSurvivorMissing(g.audit, g.history, g.first());
  Knowledge knowledge{g.first().t0, g.first().heal_asked, {}, lag};
  if (g.audit.ended) knowledge.missing_keys = g.missing.keys;
  g.requests = JudgeRequests(f, g.history, knowledge, g.reads);
}

void FindConvergence(RunGrade& g) {
  const Micros from = g.first().healed.value_or(0);
  for (const ConvergenceLine& line : g.facts.convergence) {
    if (line.equal && !g.converged && line.t >= from) g.converged = line.t;
    if (line.last) g.digests_equal = line.equal;
  }
}

/// How the clients of the first outage came through it.
void FindClients(RunGrade& g) {
  OutageGrade& first = g.outages.front();
  const Outage& outage = first.outage;
  g.clients = FindClientRecovery(g.facts.rules, g.requests, *outage.t0,
                                 first.t5.value_or(outage.observed_until));
  g.worst = FindWorst(g.facts, g.requests, outage, first.t4);
  g.beyond_worst = BeyondWorst(g.facts.rules, g.requests, outage, g.worst);
}

}  // namespace

std::string_view ToString(VerdictStatus status) {
  switch (status) {
    case VerdictStatus::kMet:
      return "met";
    case VerdictStatus::kMissed:
      return "missed";
    case VerdictStatus::kInconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

std::string_view ToString(Answer answer) {
  switch (answer) {
    case Answer::kMet:
      return "met";
    case Answer::kMissed:
      return "missed";
    case Answer::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<Micros> WorstOfAll(const RunGrade& g) {
  std::optional<Micros> worst;
  for (const WorstByRule& one : g.worst) {
    if (!Contains(g.counted, one.cohort)) continue;
    if (!one.seconds) return std::nullopt;
    worst = std::max(worst.value_or(0), *one.seconds);
  }
  return worst;
}

RunGrade GradeRun(RunFacts facts, std::vector<std::string> contradictions) {
  RunGrade g;
  g.facts = std::move(facts);
  const RunFacts& f = g.facts;
  g.contradictions = std::move(contradictions);
  for (std::string& one : CheckSanity(f)) g.contradictions.push_back(std::move(one));
  g.history = BuildHistory(f);
  g.load_until = f.PhaseStart("settle").value_or(LastTime(f));
  g.audit = ReadAudit(f, g.history);
  FindTimes(g);
  g.exposure = FindExposure(f.rules, g.requests, g.first(), f.PhaseStart("baseline").value_or(0));
  g.counted = CountedOf(f.rules, g.exposure);
  for (OutageGrade& outage : g.outages) GradeOutage(g, outage);
  if (g.first().t0) {
    g.rpo = FindRecoveryPoint(f, g.missing, g.first());
    FindClients(g);
  }
  g.unknowns = SettleUnknowns(g.audit, g.history);
  g.aftermath = FindAftermath(f, g.history, g.audit, g.missing, g.first());
  g.conflicts = FindConflicts(f);
  g.causes = FindCauses(f, g.requests, g.first());
  g.sustained = FindSustained(f, g.requests);
  FindConvergence(g);
  g.validity = CheckValidity(g);
  Judge(g);
  return g;
}

}  // namespace lifeboat::drill
