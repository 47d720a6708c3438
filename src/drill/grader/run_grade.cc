#include "drill/grader/run_grade.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

Micros LastTime(const RunFacts& facts) {
  Micros last = facts.end() ? facts.end()->t : 0;
  for (const Attempt& a : facts.attempts) last = std::max(last, a.done);
  for (const PhaseLine& p : facts.phases) last = std::max(last, p.t);
  return last;
}

void FindTimes(RunGrade& grade) {
  const RunFacts& facts = grade.facts;
  grade.t4 = grade.recovery.t4;
  grade.detection = FindDetection(facts, grade.fault);
  if (grade.detection != nullptr) {
    grade.t1 = grade.detection->t;
    grade.t2 = grade.t1;  // The health check is the rule that decides.
  }
  if (grade.fault.t0 && facts.rules.control != "no-fault")
    grade.t3 = FindExecution(facts, *grade.fault.t0, grade.observed_until);
  if (grade.t4 && facts.audit_ended())
    grade.t5 = std::max(*grade.t4 + facts.rules.window.window, *facts.audit_ended());
}

void FindConvergence(RunGrade& grade) {
  const Micros from = grade.fault.healed.value_or(0);
  for (const ConvergenceLine& line : grade.facts.convergence) {
    if (line.equal && !grade.converged && line.t >= from) grade.converged = line.t;
    if (line.last) grade.digests_equal = line.equal;
  }
  if (grade.fault.healed && !grade.facts.rules.lost_region.empty())
    grade.failback = FindFailback(grade.facts, *grade.fault.healed);
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

RunGrade GradeRun(RunFacts facts) {
  RunGrade grade;
  grade.facts = std::move(facts);
  const RunFacts& f = grade.facts;
  grade.history = BuildHistory(f.attempts);
  grade.fault = FindFaultTimes(f);
  grade.load_until = f.PhaseStart("settle").value_or(LastTime(f));
  grade.observed_until = grade.fault.heal_asked.value_or(grade.load_until);
  grade.audit = ReadAudit(f, grade.history);
  grade.missing = FindMissing(grade.audit, grade.history);
  const Knowledge knowledge{grade.fault.t0, grade.audit.ended, grade.missing.keys};
  grade.requests = JudgeRequests(f, grade.history, knowledge, &grade.reads);
  if (grade.fault.t0) {
    const Micros t0 = *grade.fault.t0;
    grade.recovery = FindRecovery(f.rules, grade.requests, t0, grade.observed_until);
    grade.rpo = RecoveryPoint(f, grade.missing, t0, grade.fault.heal_asked);
    grade.rpo_known = grade.audit.ended;
    grade.bad_seconds = CountBadSeconds(f.rules, grade.requests, t0, grade.load_until);
  }
  grade.unknowns = SettleUnknowns(grade.audit, grade.history);
  grade.aftermath = FindAftermath(f, grade.history, grade.audit, grade.missing);
  FindTimes(grade);
  FindConvergence(grade);
  grade.validity = CheckValidity(f, grade.requests, grade.fault, grade.recovery, grade.audit,
                                 grade.observed_until);
  Judge(grade);
  return grade;
}

}  // namespace lifeboat::drill
