// What the audit found on the survivor before the heal: the missing writes and the RPO, and how the
// unknown writes are settled.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"

namespace lifeboat::drill {

/// What one key looked like on the survivor.
struct AuditedKey {
  bool complete = false;  ///< Read through the API and from the table.
  bool agree = true;      ///< Both found the same.
  Micros asked = 0;       ///< The earlier of the two.
  /// Up to where the key's writes are there: the lesser of the two.
  int64_t reach = 0;
  std::optional<int64_t> seen;  ///< As the table has it, or the API when the table wasn't read.
};

struct Audit {
  bool ended = false;
  std::map<std::string, AuditedKey> keys;
  int64_t writes = 0;     ///< Logical writes, of all outcomes, sent before their key was audited.
  int64_t acked = 0;      ///< Of these, acknowledged before their key was audited.
  int64_t unaudited = 0;  ///< Keys with an acknowledged write that could not be read.
  std::vector<std::string> disagreeing;
};
Audit ReadAudit(const RunFacts& facts, const History& history);

struct Missing {
  std::vector<Write> writes;  ///< By acknowledgement time.
  std::set<std::string> keys;
};
/// Acknowledged before the key's audit, and above the survivor's reach.
Missing FindMissing(const Audit& audit, const History& history);

/// max(T0, last acknowledgement by the lost region before the heal) less the acknowledgement of the
/// oldest missing write; 0 when none is missing.
Micros RecoveryPoint(const RunFacts& facts, const Missing& missing, Micros t0,
                     std::optional<Micros> heal);

struct Unknowns {
  int64_t present = 0;
  int64_t absent = 0;
  int64_t superseded = 0;
  int64_t unsettled = 0;  ///< Their key was not audited.
  int64_t total() const { return present + absent + superseded + unsettled; }
};
Unknowns SettleUnknowns(const Audit& audit, const History& history);

}  // namespace lifeboat::drill
