// One run, graded: all the parts together, and the verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/aftermath.h"
#include "drill/grader/facts.h"
#include "drill/grader/history.h"
#include "drill/grader/losses.h"
#include "drill/grader/recovery.h"
#include "drill/grader/requests.h"
#include "drill/grader/validity.h"

namespace lifeboat::drill {

enum class VerdictStatus { kMet, kInconclusive, kMissed };  ///< From best to worst.
std::string_view ToString(VerdictStatus status);

struct Verdict {
  VerdictStatus status = VerdictStatus::kInconclusive;
  std::vector<std::string> reasons;
  bool rto_met = false;
  bool rpo_met = false;
  /// Only with a control: it behaved as it must.
  bool control_behaved = false;
  int exit_code = 3;
};

struct RunGrade {
  RunFacts facts;
  History history;
  std::vector<Request> requests;
  FaultTimes fault;
  std::optional<Micros> t1, t2, t3, t4, t5;
  const HealthLine* detection = nullptr;  ///< Points into facts.
  Recovery recovery;
  Audit audit;
  Missing missing;
  Micros rpo = 0;
  bool rpo_known = false;
  Unknowns unknowns;
  Aftermath aftermath;
  ReadFindings reads;
  Micros observed_until = 0;  ///< The heal, or the end of the workload.
  Micros load_until = 0;      ///< The end of the workload.
  int64_t bad_seconds = 0;
  std::optional<Micros> failback;
  std::optional<Micros> converged;
  bool digests_equal = false;
  Validity validity;
  Verdict verdict;

  std::optional<Micros> rto() const {
    return t4 && fault.t0 ? std::optional(*t4 - *fault.t0) : std::nullopt;
  }
  RunGrade() = default;
  RunGrade(RunGrade&&) = default;
  RunGrade& operator=(RunGrade&&) = default;
};

RunGrade GradeRun(RunFacts facts);
/// Fills grade.verdict from everything else.
void Judge(RunGrade& grade);

}  // namespace lifeboat::drill
