// What happened to each key: its logical writes in order, each with its attempts summed up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drill/grader/facts.h"

namespace lifeboat::drill {

/// One logical write: one key and one sequence number.
struct Write {
  std::string key;
  int64_t seq = 0;
  Op op = Op::kCreate;
  std::string cohort;
  /// Acknowledged if one attempt was, else unknown if one attempt was, else failed.
  Outcome outcome = Outcome::kFailed;
  Micros sent = 0;     ///< Of the first attempt.
  Micros acked = 0;    ///< When the acknowledgement was received; acknowledged writes only.
  std::string region;  ///< That acknowledged it.
};

struct KeyHistory {
  std::string cohort;
  std::vector<Write> writes;  ///< By sequence number.

  /// The greatest sequence number acknowledged at `t` or before; 0 when none.
  int64_t AckedBy(Micros t) const;
  /// What finding the item with `seen`, or absent, at a read that ended at `t` says: the number up
  /// to which the key's writes are there. An absent item has the deletes that may have been
  /// executed, and nothing when there is none.
  int64_t Reach(std::optional<int64_t> seen, Micros t) const;
};

using History = std::map<std::string, KeyHistory>;

History BuildHistory(const std::vector<Attempt>& attempts);

}  // namespace lifeboat::drill
