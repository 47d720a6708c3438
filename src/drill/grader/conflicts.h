// Conflicts on purpose: keys that writers in several regions write. Outside of
// RPO, stale reads and read-your-writes; what they show is who wins, and
// whether anything is lost that nobody overwrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"
#include "drill/grader/history.h"

namespace lifeboat::drill {

struct Conflict {
  std::string key;
  bool counter = false;
  bool known = false;  ///< Every region's final value is in the journal, and
                       ///< they are the same.
  std::string winner;  ///< The writer of the final value; empty when it is nobody's.
  int64_t number = 0;  ///< Of the final value, or the counter's final value.
  std::string region;  ///< That acknowledged it.
  int64_t acknowledged = 0;
  int64_t unknown = 0;
  int64_t overtaken = 0;  ///< Acknowledged by another region than the winner's, and not in it.
  bool lost = false;      ///< The final value is nobody's last.
  int64_t lost_increments = 0;  ///< Acknowledged, and not in the counter.
};

struct Conflicts {
  std::vector<Conflict> keys;  ///< By key.
  int64_t overtaken = 0;
  int64_t lost = 0;
  int64_t lost_increments = 0;
  int64_t unknown_keys = 0;  ///< Whose final value isn't known, or differs between regions.
};

Conflicts FindConflicts(const RunFacts& facts);

}  // namespace lifeboat::drill
