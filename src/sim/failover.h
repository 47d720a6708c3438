// The failover side of the simulator: regions that die, freeze, are cut off and come back, a name
// server that crashes and restarts, a control plane that dies with us-east-1 and comes back with an
// empty or an older disk, all in virtual time.
// A seed decides everything, and means the same run on every machine.
#pragma once

#include <cstdint>

#include "sim/run_result.h"
#include "sim/trace.h"

namespace lifeboat::sim {

/// Mistakes that can be put in to see that the checker finds them.
enum class FailoverBug {
  kNone,
  kStaleReader,        ///< Answers come from the first view for ever: health does not count.
  kForgottenOpinions,  ///< A restart does not read what the checkers had found out.
  kForgottenZones,     ///< A restart waits for the control plane's zones.
  kAnyEpoch,           ///< As in 0.1: nobody asks what is held, and whatever comes is taken.
  kForgottenBatches,   ///< What was acknowledged before a recovery is not made again.
  kDeafControlPlane,   ///< A control plane goes on without hearing what the name server holds.
};

struct FailoverOptions {
  FailoverBug bug = FailoverBug::kNone;
  Trace::Sink trace;  ///< Gets every event as a line.
};

/// The run of a seed: a zone is set up, a storm of some minutes, heal. Ends with the first
/// violation.
RunResult RunFailover(uint64_t seed, const FailoverOptions& options = {});

}  // namespace lifeboat::sim
