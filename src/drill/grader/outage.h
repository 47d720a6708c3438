// Outage: one group of faults, from the first that is asked for to the heal and
// the return of the region; and the times that belong to it, T0 to T3
// (docs/drill.md, "Times").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/requests.h"

namespace lifeboat::drill {

/// One fault of the group and when it changed its state.
struct OutageFault {
  int64_t index = 0;
  std::string kind;
  std::string what;
  std::string healed_what;
  std::string error;
  std::string confirmed_by;
  std::string region;  ///< That it takes; empty when it takes none.
  bool takes_region = false;
  std::optional<Micros> asked, in_force, heal_asked, cleared;
  bool failed = false;
  bool skipped = false;  ///< The control without a fault: here it would have been.
};

struct Outage {
  int64_t group = 0;
  std::vector<OutageFault> faults;  ///< In the order of time.
  std::string region;               ///< That is taken; empty when none is.
  /// Whose acknowledged writes may be missing: the region that is taken, or where none is, the one
  /// that the scenario names.
  std::string loser;
  bool confirmed = false;       ///< Every fault of the group that was asked for was confirmed.
  std::string failure;          ///< Why one was not.
  std::optional<Micros> asked;  ///< Of the fault that T0 belongs to.
  std::optional<Micros> t0;
  std::string t0_source;               ///< fault, first-failure, bad-bucket, control.
  std::optional<Micros> all_in_force;  ///< The last of the group's faults.
  std::optional<Micros> heal_asked;
  std::optional<Micros> healed;
  Micros observed_until = 0;  ///< The heal, or the end of what belongs to this group.
  Micros until = 0;           ///< The begin of the next group, or the end of the load.

  std::optional<Micros> t1, t2, t3;
  std::string t1_source, t2_source;
  const HealthLine* detection = nullptr;  ///< Points into the facts.
  bool detected_after_heal = false;
  std::vector<std::string> dead_servers;  ///< Name servers that answered nothing from T0 to T3.

  bool takes_region() const { return !region.empty(); }
  Micros uncertainty() const { return t0 && asked && *t0 > *asked ? *t0 - *asked : Micros{0}; }
};

/// The groups of the run in their order, at least one; without T1 to T3.
/// `load_until` is the end of the load.
std::vector<Outage> FindOutages(const RunFacts& facts, Micros load_until);
/// T0 and what hangs on it. `requests` are all of the run; how reads are judged
/// does not matter.
void FindT0(const RunFacts& facts, const std::vector<Request>& requests, Outage& outage);
/// T1 to T3.
void FindDecision(const RunFacts& facts, Outage& outage);

/// True when the answer has addresses, all of survivors.
bool NamesSurvivorsOnly(const Rules& rules, const DnsLine& line);
bool NamesRegion(const DnsLine& line, const std::string& region);

}  // namespace lifeboat::drill
