// The journal's lines as values, one RunFacts a run, each kind of line sorted by time. Nothing is
// judged here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drill/attempt.h"
#include "drill/grader/rules.h"
#include "json/value.h"

namespace lifeboat::drill {

/// Microseconds since the run's first line.
using Micros = int64_t;

struct PhaseLine {
  Micros t = 0;
  std::string name;
};

struct FaultLine {
  Micros t = 0;
  int64_t index = 0;  ///< Among the scenario's faults.
  std::string state;  ///< asked, in-force, skipped, failed, heal-asked, cleared.
  std::string what;   ///< `us-east-1 killed`
  std::string error;
};

struct DnsLine {
  Micros t = 0;
  Micros asked = 0;
  std::string server;
  std::vector<std::string> addresses;
  std::vector<std::string> regions;
  int64_t ttl = 0;
  std::string error;
};

struct HealthLine {
  Micros t = 0;
  std::string check;
  std::string name;
  std::string region;
  bool healthy = false;
  int64_t checkers_healthy = 0;
  int64_t checkers = 0;
};

struct AuditLine {
  Micros t = 0;
  Micros asked = 0;
  std::string key;
  std::string via;  ///< api, table.
  std::string region;
  std::optional<int64_t> seen;
  std::string error;  ///< The key could not be read.
};

struct FinalLine {
  std::string region;
  std::string item;  ///< The item's id.
  std::string key;   ///< The key whose write it holds.
  int64_t seen = 0;
  std::string digest;
};

struct ConvergenceLine {
  Micros t = 0;
  bool last = false;  ///< With the generator stopped: over all keys.
  bool equal = false;
  int64_t keys = 0;
  int64_t differing = 0;
  std::map<std::string, std::string> digests;  ///< By region.
};

struct EndLine {
  Micros t = 0;
  std::string reason;  ///< complete, interrupted, error.
  std::string error;
};

struct RunFacts {
  int run = 0;
  json::Value header;  ///< The `run` line.
  Rules rules;
  std::vector<PhaseLine> phases;
  std::vector<Attempt> attempts;
  std::vector<FaultLine> faults;
  std::vector<DnsLine> dns;
  std::vector<HealthLine> health;
  std::vector<AuditLine> audits;
  std::optional<Micros> audit_began;
  std::optional<Micros> audit_ended;
  std::vector<FinalLine> finals;
  std::vector<ConvergenceLine> convergence;
  std::optional<EndLine> end;

  /// When the phase began; nullopt when it was not reached.
  std::optional<Micros> PhaseStart(std::string_view name) const;
  /// The first line of the fault in that state.
  const FaultLine* FindFault(int64_t index, std::string_view state) const;
};

/// All runs, by number. The error names the line (from 1).
Result<std::map<int, RunFacts>> ReadFacts(const std::vector<std::string>& lines);

}  // namespace lifeboat::drill
