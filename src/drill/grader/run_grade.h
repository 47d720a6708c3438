// One run, graded: all the parts together, and the verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/aftermath.h"
#include "drill/grader/causes.h"
#include "drill/grader/clients.h"
#include "drill/grader/conflicts.h"
#include "drill/grader/facts.h"
#include "drill/grader/failback.h"
#include "drill/grader/history.h"
#include "drill/grader/losses.h"
#include "drill/grader/outage.h"
#include "drill/grader/recovery.h"
#include "drill/grader/requests.h"
#include "drill/grader/sustained.h"
#include "drill/grader/validity.h"

namespace lifeboat::drill {

enum class VerdictStatus { kMet, kInconclusive, kMissed };  ///< From best to worst.
std::string_view ToString(VerdictStatus status);

/// Of one objective: met, missed, or not known ("?").
enum class Answer { kMet, kMissed, kUnknown };
std::string_view ToString(Answer answer);

struct Verdict {
  VerdictStatus status = VerdictStatus::kInconclusive;
  std::vector<std::string> missed;        ///< Why it is missed.
  std::vector<std::string> inconclusive;  ///< What could not be measured.
  Answer rto = Answer::kUnknown;
  Answer rpo = Answer::kUnknown;
  Answer failback = Answer::kUnknown;
  Answer bad = Answer::kUnknown;
  /// Only with a control: it behaved as it must.
  bool control_behaved = false;
  int exit_code = 3;
};

/// One group of faults and how its clients came through.
struct OutageGrade {
  Outage outage;
  Recovery recovery;
  std::optional<Micros> t4, t5;
  std::vector<Relapse> relapses;
  Phases phases;
  std::string recovered_by;
  std::vector<BadSeconds> bad;  ///< From T0 to the end of what belongs to the group.
  Failback failback;

  std::optional<Micros> rto() const {
    return t4 && outage.t0 ? std::optional(*t4 - *outage.t0) : std::nullopt;
  }
};

struct RunGrade {
  RunFacts facts;
  std::vector<std::string> contradictions;  ///< Sanity rules that the run's lines break.
  Micros load_until = 0;                    ///< The end of the workload.
  History history;
  std::vector<Request> requests;
  ReadFindings reads;
  std::vector<Exposure> exposure;
  CountedCohorts counted;
  std::vector<OutageGrade> outages;  ///< At least one.
  std::vector<ClientRecovery> clients;
  std::vector<WorstByRule> worst;
  std::vector<std::string> beyond_worst;
  Audit audit;
  Missing missing;
  Missing survivor_missing;
  RecoveryPoint rpo;
  Unknowns unknowns;
  Aftermath aftermath;
  Conflicts conflicts;
  std::vector<Cause> causes;
  Sustained sustained;
  std::optional<Micros> converged;
  bool digests_equal = false;
  Validity validity;
  Verdict verdict;

  const Outage& first() const { return outages.front().outage; }
  /// The first outage's, which the headline belongs to.
  std::optional<Micros> rto() const { return outages.front().rto(); }
  RunGrade() = default;
  RunGrade(RunGrade&&) = default;
  RunGrade& operator=(RunGrade&&) = default;
};

/// `contradictions` are those of the file that the run is in.
RunGrade GradeRun(RunFacts facts, std::vector<std::string> contradictions);
/// Fills grade.verdict from everything else.
void Judge(RunGrade& grade);

/// The time that the RTO is judged against: the lesser of the objective and of
/// how long the drill observes.
Micros RtoLimit(const Rules& rules);
/// The worst by rule over the counted cohorts; nullopt when it isn't known or
/// has no bound.
std::optional<Micros> WorstOfAll(const RunGrade& grade);

}  // namespace lifeboat::drill
