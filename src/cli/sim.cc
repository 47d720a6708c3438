// `lifeboat sim`: seeds by the thousand, one seed event by event, and one long outage.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "cli/commands.h"
#include "json/value.h"
#include "sim/simulation.h"
#include "sim/worlds.h"

namespace lifeboat::cli {
namespace {

constexpr uint64_t kProgressEvery = 100;

std::vector<sim::World> ChosenWorlds(const SimOptions& options) {
  std::vector<sim::World> worlds = sim::Worlds();
  std::erase_if(worlds, [&](const sim::World& world) {
    return !options.world.empty() && world.name != options.world;
  });
  return worlds;
}

json::Value ToJson(std::string_view world, const sim::RunResult& result) {
  json::Array violations;
  for (const auto& violation : result.violations) violations.push_back(violation);
  return json::Object{{"world", world},
                      {"seed", static_cast<int64_t>(result.seed)},
                      {"events", static_cast<int64_t>(result.events)},
                      {"writes", static_cast<int64_t>(result.writes)},
                      {"acknowledged", static_cast<int64_t>(result.acknowledged)},
                      {"virtual_s", result.virtual_time.seconds()},
                      {"violations", std::move(violations)}};
}

void PrintResult(std::string_view world, const sim::RunResult& result) {
  fmt::print("{} world of seed {}: {} events in {:.3f} virtual seconds, ", world, result.seed,
             result.events, result.virtual_time.seconds());
  fmt::print("{} of {} writes acknowledged, {}\n", result.acknowledged, result.writes,
             result.violations.empty() ? "no invariant broken" : "INVARIANTS BROKEN");
  for (const auto& violation : result.violations) fmt::print("  {}\n", violation);
}

int ReportBroken(const CommonOptions& common, std::string_view world,
                 const sim::RunResult& result) {
  if (common.json) {
    fmt::print("{}", json::WritePretty(ToJson(world, result)));
  } else {
    PrintResult(world, result);
    fmt::print("replay it with: lifeboat sim replay --world {} --seed {}\n", world, result.seed);
  }
  return kExitMissed;
}

/// One region is dead for a long time while the other takes writes.
int RunOutage(const CommonOptions& common, const SimOptions& options) {
  const Result<Duration> outage = ParseDuration(options.outage);
  if (!outage.ok()) return Fail("--outage: " + outage.error().message);
  if (*outage < Duration::Seconds(1)) return Fail("--outage: at least 1s");
  const sim::Scenario scenario = sim::LongOutage(*outage, options.writes_per_second);
  const auto began = std::chrono::steady_clock::now();
  const sim::RunResult result =
      sim::RunScenario(options.first_seed, scenario, {}, scenario.regions.back());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (common.json) {
    fmt::print("{}", json::WritePretty(ToJson("replication", result)));
  } else {
    PrintResult("replication", result);
    fmt::print("an outage of {} was simulated in {:.1f} s\n", options.outage, took.count());
  }
  return result.violations.empty() ? kExitDone : kExitMissed;
}

}  // namespace

int SimRun(const CommonOptions& common, const SimOptions& options) {
  if (!options.outage.empty()) return RunOutage(common, options);
  const bool progress = !common.quiet && !common.json && isatty(STDOUT_FILENO) == 1;
  const std::vector<sim::World> worlds = ChosenWorlds(options);
  uint64_t events = 0;
  uint64_t acknowledged = 0;
  for (uint64_t done = 0; done < options.seeds; ++done) {
    for (const sim::World& world : worlds) {
      const sim::RunResult result = world.run(options.first_seed + done, nullptr);
      if (!result.violations.empty()) return ReportBroken(common, world.name, result);
      events += result.events;
      acknowledged += result.acknowledged;
    }
    if (progress && done % kProgressEvery == 0) {
      fmt::print("\rseed {} of {}", done + 1, options.seeds);
      std::fflush(stdout);
    }
  }
  if (common.json) {
    fmt::print("{}",
               json::WritePretty(json::Object{{"seeds", static_cast<int64_t>(options.seeds)},
                                              {"events", static_cast<int64_t>(events)},
                                              {"acknowledged", static_cast<int64_t>(acknowledged)},
                                              {"violations", json::Array{}}}));
  } else {
    fmt::print("{}{} seeds, {} events, {} acknowledged writes: no invariant broken\n",
               progress ? "\r" : "", options.seeds, events, acknowledged);
  }
  return kExitDone;
}

int SimReplay(const CommonOptions& common, const SimOptions& options) {
  sim::Trace::Sink trace;
  if (!common.quiet && !common.json)
    trace = [](std::string_view line) { fmt::print("{}\n", line); };
  bool well = true;
  json::Array runs;
  for (const sim::World& world : ChosenWorlds(options)) {
    const sim::RunResult result = world.run(options.seed, trace);
    well &= result.violations.empty();
    if (common.json) {
      runs.push_back(ToJson(world.name, result));
    } else {
      PrintResult(world.name, result);
    }
  }
  if (common.json) fmt::print("{}", json::WritePretty(json::Object{{"runs", std::move(runs)}}));
  return well ? kExitDone : kExitMissed;
}

}  // namespace lifeboat::cli
