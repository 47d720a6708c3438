#include "sim/failover.h"

#include "sim/failover_world.h"

namespace lifeboat::sim {

FailoverPlan DrawFailoverPlan(Prng& prng) {
  FailoverPlan plan;
  plan.regions = {"us-east-1", "us-west-2"};
  if (prng.Chance(1, 3)) plan.regions.push_back("eu-west-1");
  const size_t primary = prng.Below(plan.regions.size());
  const size_t step = 1 + prng.Below(plan.regions.size() - 1);
  plan.primary = plan.regions[primary];
  plan.secondary = plan.regions[(primary + step) % plan.regions.size()];
  plan.storm = Duration::Seconds(prng.Between(30, 70));
  plan.mishap_gap = Duration::Seconds(prng.Between(2, 12));
  plan.longest_outage = Duration::Seconds(prng.Between(10, 40));
  plan.restarts = prng.Below(4);
  plan.weather.delay_max = Duration::Millis(prng.Between(1, 100));
  plan.weather.loss_per_mille = prng.Chance(1, 2) ? 0 : prng.Below(80);
  return plan;
}

RunResult RunFailover(uint64_t seed, const FailoverOptions& options) {
  RunResult result;
  result.seed = seed;
  EventQueue events;
  const Trace trace(events, options.trace);
  Prng prng(seed);
  const FailoverPlan plan = DrawFailoverPlan(prng);
  FailoverWorld world(prng.Fork(), plan, options.bug, events, trace, result);
  world.SetUpZone();
  world.Blow();
  world.Heal();
  result.events = events.executed();
  result.virtual_time = events.now() - Instant{};
  for (const std::string& violation : result.violations) trace.Note("VIOLATION", "{}", violation);
  return result;
}

}  // namespace lifeboat::sim
