// What the lost region's return did to the data: from the missing writes at the audit and the final
// contents of all regions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"
#include "drill/grader/losses.h"

namespace lifeboat::drill {

struct Aftermath {
  bool known = false;       ///< The final contents were read.
  int64_t late = 0;         ///< Missing at the audit, now there.
  int64_t overwritten = 0;  ///< Missing at the audit, and a later write of the key has won.
  int64_t lost = 0;         ///< Missing at the audit, and still.
  int64_t resurrected = 0;  ///< An acknowledged delete, and the item is there.
  int64_t ghost = 0;        ///< The client was told that it failed, and it is there.
  int64_t duplicate = 0;    ///< Items beyond the first that hold the same logical write.
  std::vector<std::string> resurrected_keys;
  std::vector<std::string> ghost_keys;
};

Aftermath FindAftermath(const RunFacts& facts, const History& history, const Audit& audit,
                        const Missing& missing);

}  // namespace lifeboat::drill
