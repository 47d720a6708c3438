// The verdict of one run: the objectives, the expectations, the fitness of the instrument, and for
// a control whether it behaved as it must.
#include <map>

#include "drill/grader/run_grade.h"
#include "drill/report.h"

namespace lifeboat::drill {
namespace {

double Seconds(Micros us) { return static_cast<double>(us) / 1e6; }

void JudgeObjectives(RunGrade& grade) {
  Verdict& verdict = grade.verdict;
  const Rules& rules = grade.facts.rules;
  const std::optional<Micros> rto = grade.rto();
  verdict.rto_met = rto && *rto <= rules.rto_us;
  if (!rto)
    verdict.reasons.push_back(
        fmt::format("RTO: cohort {} had no lasting good window before the "
                    "heal",
                    grade.recovery.last_cohort));
  else if (!verdict.rto_met)
    verdict.reasons.push_back(
        fmt::format("RTO {:.1f}s is above {:g}s", Seconds(*rto), Seconds(rules.rto_us)));
  verdict.rpo_met = grade.rpo_known && grade.rpo <= rules.rpo_us;
  if (grade.rpo_known && !verdict.rpo_met)
    verdict.reasons.push_back(
        fmt::format("RPO {:.1f}s is above {:g}s", Seconds(grade.rpo), Seconds(rules.rpo_us)));
}

void JudgeExpectations(RunGrade& grade) {
  const std::map<std::string, int64_t> found = {
      {"resurrected", grade.aftermath.resurrected},
      {"duplicates", grade.aftermath.duplicate},
      {"ghosts", grade.aftermath.ghost},
      {"overwritten", grade.aftermath.overwritten},
      {"lost", grade.aftermath.lost},
      {"stale", grade.reads.stale},
      {"read-your-writes", grade.reads.read_your_writes},
      {"non-monotonic", grade.reads.non_monotonic},
  };
  for (const auto& [name, limit] : grade.facts.rules.expect) {
    const auto it = found.find(name);
    if (it != found.end() && it->second > limit)
      grade.verdict.reasons.push_back(
          fmt::format("expected at most {} {}, found {}", limit, name, it->second));
  }
  if (grade.aftermath.known && !grade.digests_equal)
    grade.verdict.reasons.push_back("the regions did not converge after the heal");
}

/// `no-fault` must find nothing at all; else the instrument sees losses where there are none.
std::vector<std::string> NoFaultFindings(const RunGrade& grade) {
  std::vector<std::string> out;
  if (grade.rto() != Micros{0})
    out.push_back("not every window was good, though there was no fault");
  if (grade.bad_seconds > 0)
    out.push_back(fmt::format("{} bad seconds, though there was no fault", grade.bad_seconds));
  if (!grade.missing.writes.empty())
    out.push_back(
        fmt::format("{} writes missing, though there was no fault", grade.missing.writes.size()));
  return out;
}

void JudgeControl(RunGrade& grade) {
  Verdict& verdict = grade.verdict;
  if (grade.facts.rules.control == "no-fault") {
    for (std::string& finding : NoFaultFindings(grade))
      verdict.reasons.push_back(std::move(finding));
    verdict.control_behaved = verdict.reasons.empty();
    if (!verdict.control_behaved) verdict.status = VerdictStatus::kMissed;
  } else {
    verdict.control_behaved = verdict.status == VerdictStatus::kMissed && !grade.rto();
    if (!verdict.control_behaved)
      verdict.reasons.push_back("the drill found a recovery, though there was none to find");
  }
  verdict.exit_code = verdict.control_behaved ? kExitMet : kExitMissed;
}

}  // namespace

void Judge(RunGrade& grade) {
  Verdict& verdict = grade.verdict;
  verdict = {};
  if (!grade.validity.objections.empty()) {
    verdict.status = VerdictStatus::kInconclusive;
    verdict.reasons = grade.validity.objections;
    verdict.exit_code = grade.facts.end() && grade.facts.end()->reason == "interrupted"
                            ? kExitInterrupted
                            : kExitInconclusive;
    return;
  }
  JudgeObjectives(grade);
  JudgeExpectations(grade);
  verdict.status = verdict.reasons.empty() ? VerdictStatus::kMet : VerdictStatus::kMissed;
  verdict.exit_code = verdict.reasons.empty() ? kExitMet : kExitMissed;
  if (grade.facts.rules.control != "none") JudgeControl(grade);
}

}  // namespace lifeboat::drill
