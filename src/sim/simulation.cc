#include "sim/simulation.h"

#include "replication/merge.h"
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
  Within(events, kConvergence, [&] {
    Violations still;
    if (storm.AllJoined() && ConvergenceChecker::AreEqual(replicas)) {
      convergence.Check(replicas, still);
      return still.empty();
    }
    return false;
  });
  result.violations = storm.violations();
  if (!storm.AllJoined()) result.violations.push_back("a replica never came up");
  convergence.Check(replicas, result.violations);
  const bool collected =
      Within(events, kCollection, [&] { return TombstoneChecker::Count(replicas) == 0; });
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
