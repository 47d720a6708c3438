#include "sim/worlds.h"

#include "sim/failover.h"
#include "sim/simulation.h"

namespace lifeboat::sim {

const std::vector<World>& Worlds() {
  static const std::vector<World> kWorlds = {
      {"replication",
       [](uint64_t seed, const Trace::Sink& trace) {
         return Run(seed, {Bug::kNone, trace});
       }},
      {"failover",
       [](uint64_t seed, const Trace::Sink& trace) {
         return RunFailover(seed, {FailoverBug::kNone, trace});
       }},
  };
  return kWorlds;
}

}  // namespace lifeboat::sim
