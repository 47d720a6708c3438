// The failover side of the simulator: regions that die, freeze and come back, a name server that
// crashes and restarts, a control plane that dies with us-east-1, all in virtual time. A seed
// decides everything, and means the same run on every machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/checkers.h"
#include "sim/trace.h"

namespace lifeboat::sim {

/// Mistakes that can be put in to see that the checker finds them.
enum class FailoverBug {
  kNone,
  kStaleReader,        ///< Answers come from the first view for ever: health does not count.
  kForgottenOpinions,  ///< A restart does not read what the checkers had found out.
  kForgottenZones,     ///< A restart waits for the control plane's zones.
};

struct FailoverOptions {
  FailoverBug bug = FailoverBug::kNone;
  Trace::Sink trace;  ///< Gets every event as a line.
};

struct FailoverResult {
  uint64_t seed = 0;
  Violations violations;  ///< Empty: all was well. A run ends with the first.
  uint64_t events = 0;
  Duration virtual_time;
  /// How often what happened. Shows that seeds reach what they are meant to reach.
  std::map<std::string, uint64_t> marks;
};

/// The run of a seed: a zone is set up, a storm of some minutes, heal.
FailoverResult RunFailover(uint64_t seed, const FailoverOptions& options = {});

}  // namespace lifeboat::sim
