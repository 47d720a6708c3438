// The replication side of the simulator: many regions in one thread and in virtual time, with slow
// and lossy links, crashing disks and clocks that are wrong, and checkers that look for what must
// not be. A seed decides everything, and means the same run on every machine.
#pragma once

#include <cstdint>
#include <string>

#include "sim/run_result.h"
#include "sim/scenario.h"
#include "sim/trace.h"

namespace lifeboat::sim {

/// Mistakes that can be put in to see that the checkers find them.
enum class Bug {
  kNone,
  kBrokenMerge,
  kEarlyTombstoneDrop,
  kUnsyncedCommit,
  kMergeInsteadOfRefill,
  kSalvageForgotten,
  kGenerationNotChecked,
};

struct Options {
  Bug bug = Bug::kNone;
  Trace::Sink trace;  ///< Gets every event as a line.
};

/// The run of a seed: storm, heal, checks.
RunResult Run(uint64_t seed, const Options& options = {});
/// The same with a given scenario. `dead_region`: that one is dead during the whole storm.
RunResult RunScenario(uint64_t seed, const Scenario& scenario, const Options& options,
                      const std::string& dead_region = "");

}  // namespace lifeboat::sim
