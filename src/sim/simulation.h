// The simulator: many regions in one thread and in virtual time, with slow and lossy links,
// crashing disks and clocks that are wrong, and checkers that look for what must not be. A seed
// decides everything, and means the same run on every machine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/checkers.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace lifeboat::sim {

/// Mistakes that can be put in to see that the checkers find them.
enum class Bug { kNone, kBrokenMerge, kEarlyTombstoneDrop, kUnsyncedCommit };

struct Options {
  Bug bug = Bug::kNone;
  Trace::Sink trace;  ///< Gets every event as a line.
};

struct RunResult {
  uint64_t seed = 0;
  Violations violations;  ///< Empty: all was well.
  uint64_t events = 0;
  Duration virtual_time;
  uint64_t writes = 0;
  uint64_t acknowledged = 0;
  /// How often what happened: mishaps by name, snapshots, joins. Shows that seeds reach what they
  /// are meant to reach.
  std::map<std::string, uint64_t> marks;
};

/// The run of a seed: storm, heal, checks.
RunResult Run(uint64_t seed, const Options& options = {});
/// The same with a given scenario. `dead_region`: that one is dead during the whole storm.
RunResult RunScenario(uint64_t seed, const Scenario& scenario, const Options& options,
                      const std::string& dead_region = "");

}  // namespace lifeboat::sim
