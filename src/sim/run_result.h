// What a run of the simulator has found, whatever world it was run in.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.h"
#include "sim/checkers.h"

namespace lifeboat::sim {

struct RunResult {
  uint64_t seed = 0;
  Violations violations;  ///< Empty: all was well.
  uint64_t events = 0;
  Duration virtual_time;
  uint64_t writes = 0;  ///< Of clients: items, or changes of record sets.
  uint64_t acknowledged = 0;
  /// How often what happened: mishaps by name, snapshots, failovers. Shows that seeds reach what
  /// they are meant to reach.
  std::map<std::string, uint64_t> marks;
};

}  // namespace lifeboat::sim
