// What the audit found on the survivors before the heal: the missing writes and
// the RPO, and how the unknown writes are settled.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"
#include "drill/grader/outage.h"

namespace lifeboat::drill {

/// What one key looked like on one survivor.
struct AuditedPlace {
  std::set<std::string> ways;  ///< api, table.
  Micros asked = 0;            ///< The earliest.
  Micros told = 0;             ///< The last answer.
  /// Up to where the key's writes are there: the least of the ways.
  int64_t reach = 0;
  std::optional<int64_t> seen;  ///< As the table has it, or the API when the table wasn't read.
  bool agree = true;            ///< All ways found the same.
  bool wrong_content = false;
};

struct AuditedKey {
  std::map<std::string, AuditedPlace> places;  ///< By region.
  bool complete = false;                       ///< Every survivor was read in every way.
  Micros asked = 0;                            ///< The earliest of all.
  int64_t reach = 0;                           ///< On the worst survivor.
};

struct Audit {
  bool ended = false;
  std::optional<Micros> began, end;
  std::vector<std::string> regions;  ///< Those that were to be read.
  std::map<std::string, AuditedKey> keys;
  int64_t writes = 0;     ///< Logical writes, of all outcomes, sent before their
                          ///< key was audited.
  int64_t acked = 0;      ///< Of these, acknowledged before their key was audited.
  int64_t unaudited = 0;  ///< Keys with an acknowledged write that could not be read.
  std::vector<std::string> disagreeing;
  std::vector<std::string> wrong_content;  ///< Keys whose content is not what was written.
};
Audit ReadAudit(const RunFacts& facts, const History& history);

struct Missing {
  std::vector<Write> writes;  ///< By acknowledgement time.
  std::set<std::string> keys;
};
/// Acknowledged by the lost region before its heal was asked for and before the
/// key's audit, and above the worst survivor's reach.
Missing FindMissing(const Audit& audit, const History& history, const Outage& outage);
/// Acknowledged by another region, and above the reach of the very region that
/// acknowledged it.
Missing FindSurvivorMissing(const Audit& audit, const History& history, const Outage& outage);

struct RecoveryPoint {
  Micros seconds = 0;
  bool lower_bound = false;  ///< "At least": what was lost before can't be seen.
  Micros resolution = 0;     ///< The longest gap between the region's acknowledgements before T0.
};
/// max(T0, last acknowledgement by the lost region before the heal) less the
/// acknowledgement of the oldest missing write; 0 when none is missing.
RecoveryPoint FindRecoveryPoint(const RunFacts& facts, const Missing& missing,
                                const Outage& outage);

struct Unknowns {
  int64_t present = 0;
  int64_t absent = 0;
  int64_t superseded = 0;
  int64_t unsettled = 0;  ///< Their key was not audited.
  int64_t total() const { return present + absent + superseded + unsettled; }
};
Unknowns SettleUnknowns(const Audit& audit, const History& history);

}  // namespace lifeboat::drill
