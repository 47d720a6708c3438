#include "sim/simulation.h"

#include "replication/limits.h"
#include "sim/plain_region.h"
#include "sim/storm.h"

namespace lifeboat::sim {
namespace {

/// How long after the heal replicas may take to become equal, and tombstones to go.
constexpr Duration kConvergence = Duration::Minutes(2);
constexpr Duration kCollection = Duration::Minutes(2);
constexpr Duration kLook = Duration::Seconds(2);

/// Lets time pass until `holds`, at most `limit`.
bool Within(EventQueue& events, Duration limit, const std::function<bool()>& holds) {
  const Instant end = events.now() + limit;
  while (!holds()) {
    if (events.now() >= end) return false;
    events.RunFor(kLook);
  }
  return true;
}

/// A collector passes so many records each time it looks.
Duration CollectionTime(const History& history) {
  const uint64_t looks = history.issued() / replication::kCollectRecords;
  return kCollection + replication::kHousekeeping * static_cast<int64_t>(looks);
}

}  // namespace

RunResult RunScenario(uint64_t seed, const Scenario& scenario, const Options& options,
                      const std::string& dead_region) {
  RunResult result;
  result.seed = seed;
  EventQueue events;
  const Trace trace(events, options.trace);
  Storm storm(Prng(seed), scenario, options.bug, events, trace, result.marks);
  if (!dead_region.empty()) storm.Crash(dead_region);
  storm.Blow();
  storm.Heal();

  const History& history = storm.history();
  const auto replicas = storm.Replicas();
  const ConvergenceChecker convergence(history);
  const bool converged = Within(events, kConvergence, [&] {
    if (!storm.AllJoined() || !ConvergenceChecker::AreEqual(replicas)) return false;
    Violations still;
    convergence.Check(replicas, still);
    return still.empty();
  });
  result.violations = storm.violations();
  if (!storm.AllJoined()) result.violations.push_back("a replica never came up");
  if (!converged) convergence.Check(replicas, result.violations);
  const bool collected =
      Within(events, CollectionTime(history), [&] { return TombstoneChecker::AreGone(replicas); });
  if (!collected) result.violations.push_back("tombstones stay for ever");
  if (result.violations.empty()) convergence.Check(replicas, result.violations);
  Prng prng(seed);
  MergeChecker(storm.wins()).Check(history, prng, result.violations);

  storm.CountMarks();
  result.events = events.executed();
  result.virtual_time = events.now() - Instant{};
  result.writes = history.issued();
  result.acknowledged = history.acknowledged();
  for (const std::string& violation : result.violations) trace.Note("VIOLATION", "{}", violation);
  return result;
}

RunResult Run(uint64_t seed, const Options& options) {
  Prng prng(seed);
  return RunScenario(seed, DrawScenario(prng), options);
}

}  // namespace lifeboat::sim
