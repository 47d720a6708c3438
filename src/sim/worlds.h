// The worlds that the simulator knows. A seed is run in each of them: what replication promises and
// what failover promises are looked at apart, so that each has the storms that are hard for it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/run_result.h"
#include "sim/trace.h"

namespace lifeboat::sim {

struct World {
  std::string_view name;
  /// `trace` gets every event as a line, or is empty.
  RunResult (*run)(uint64_t seed, const Trace::Sink& trace);
};

const std::vector<World>& Worlds();

}  // namespace lifeboat::sim
