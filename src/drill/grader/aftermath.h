// What the lost region's return did to the data: from the missing writes at the
// audit and what every region holds of every key at the end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"
#include "drill/grader/losses.h"

namespace lifeboat::drill {

/// What became of a write that was missing at the audit, or of any that is lost
/// at the end.
struct Fate {
  Write write;
  std::string fate;                  ///< late, overwritten, lost-within-rpo, lost, unknown.
  std::vector<std::string> regions;  ///< That are behind it at the end.
};

struct Aftermath {
  bool known = false;           ///< Every region's state of every key is in the journal.
  std::string unknown;          ///< Why not.
  int64_t late = 0;             ///< Missing at the audit, now there.
  int64_t overwritten = 0;      ///< Missing at the audit; a write that another region took has won.
  int64_t lost_within_rpo = 0;  ///< Missing at the audit, and still.
  int64_t lost = 0;         ///< Acknowledged, and at the end a region that should hold it doesn't.
  int64_t resurrected = 0;  ///< An acknowledged delete, and the item is there.
  int64_t ghost = 0;        ///< The client was told that it failed, and it is there.
  int64_t duplicate = 0;    ///< Items beyond the first that hold the same logical write.
  std::vector<Fate> fates;  ///< Of the missing and the lost writes, by acknowledgement.
  std::vector<std::string> resurrected_keys;
  std::vector<std::string> ghost_keys;
};

Aftermath FindAftermath(const RunFacts& facts, const History& history, const Audit& audit,
                        const Missing& missing, const Outage& outage);

/// The `convergence` line over all keys; nullptr when there is none.
const ConvergenceLine* LastConvergence(const RunFacts& facts);

}  // namespace lifeboat::drill
