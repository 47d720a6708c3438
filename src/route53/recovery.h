// Recovery: a control plane whose disk was lost or rolled back takes its zones from the copy of a
// name server. Name servers never originate a change, so a copy that is not a part of our history
// means that we have lost some of it.
#pragma once

#include <string>

#include "route53/history.h"

namespace lifeboat::route53 {

struct Recovery {
  std::string epoch;       ///< New.
  std::string generation;  ///< New, too.
  std::string server;      ///< Whose copy it is.
  WallTime now;
};

/// `copy` with the changes made again that were acknowledged here since both histories parted, in
/// their order, under the new epoch. Numbers go on above both. A finding says what was lost, what
/// was made again and what could not be.
State Recover(const State& own, const Snapshot& copy, const Recovery& recovery,
              const Surroundings& around);

}  // namespace lifeboat::route53
