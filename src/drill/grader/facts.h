// The journal's lines as values, one RunFacts a run, each kind of line sorted
// by time. Nothing is judged here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drill/grader/rules.h"
#include "drill/journal_lines.h"

namespace lifeboat::drill {

struct RunFacts {
  int run = 0;
  bool has_header = false;
  RunLine header;
  Rules rules;
  std::vector<PhaseLine> phases;
  std::vector<PreflightLine> preflights;
  std::vector<SeedLine> seeds;
  std::vector<Attempt> attempts;
  std::vector<FaultLine> faults;
  std::vector<DnsLine> dns;
  std::vector<HealthLine> health;
  std::vector<DecisionLine> decisions;
  std::vector<CommandLine> commands;
  std::vector<PlaceLine> places;
  std::vector<AuditBeginLine> audit_begins;
  std::vector<AuditEndLine> audit_ends;
  std::vector<AuditLine> audits;
  std::vector<FinalLine> finals;
  std::vector<ConvergenceLine> convergence;
  std::vector<HostLine> hosts;
  std::vector<EndLine> ends;

  std::optional<Micros> audit_began() const;
  std::optional<Micros> audit_ended() const;
  const EndLine* end() const { return ends.empty() ? nullptr : &ends.front(); }
  /// When the phase began; nullopt when it was not reached.
  std::optional<Micros> PhaseStart(std::string_view name) const;
  /// The first line of the fault in that state.
  const FaultLine* FindFault(int64_t index, std::string_view state) const;
};

/// All runs, by number. The error names the line (from 1).
Result<std::map<int, RunFacts>> ReadFacts(const std::vector<std::string>& lines);

}  // namespace lifeboat::drill
