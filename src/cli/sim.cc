// `lifeboat sim`: seeds by the thousand, and one seed event by event.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/commands.h"
#include "json/value.h"
#include "sim/simulation.h"

namespace lifeboat::cli {
namespace {

constexpr uint64_t kProgressEvery = 100;

void PrintViolations(const sim::RunResult& result) {
  for (const auto& violation : result.violations) fmt::print("  {}\n", violation);
  fmt::print("replay it with: lifeboat sim replay --seed {}\n", result.seed);
}

json::Value ToJson(const sim::RunResult& result) {
  json::Array violations;
  for (const auto& violation : result.violations) violations.push_back(violation);
  return json::Object{{"seed", static_cast<int64_t>(result.seed)},
                      {"events", static_cast<int64_t>(result.events)},
                      {"acknowledged", static_cast<int64_t>(result.acknowledged)},
                      {"virtual_s", result.virtual_time.seconds()},
                      {"violations", std::move(violations)}};
}

}  // namespace

int SimRun(const CommonOptions& common, const SimOptions& options) {
  const bool progress = !common.quiet && !common.json && isatty(STDOUT_FILENO) == 1;
  uint64_t events = 0;
  uint64_t acknowledged = 0;
  for (uint64_t seed = options.first_seed; seed < options.first_seed + options.seeds; ++seed) {
    const sim::RunResult result = sim::Run(seed);
    events += result.events;
    acknowledged += result.acknowledged;
    if (!result.violations.empty()) {
      if (common.json) {
        fmt::print("{}", json::WritePretty(ToJson(result)));
      } else {
        fmt::print("{}seed {} breaks an invariant:\n", progress ? "\r" : "", seed);
        PrintViolations(result);
      }
      return kExitMissed;
    }
    if (progress && seed % kProgressEvery == 0) {
      fmt::print("\rseed {} of {}", seed - options.first_seed + 1, options.seeds);
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
  sim::Options replay;
  if (!common.quiet && !common.json)
    replay.trace = [](std::string_view line) { fmt::print("{}\n", line); };
  const sim::RunResult result = sim::Run(options.seed, replay);
  if (common.json) {
    fmt::print("{}", json::WritePretty(ToJson(result)));
  } else {
    fmt::print("seed {}: {} events in {:.3f} virtual seconds, {} of {} writes acknowledged, {}\n",
               result.seed, result.events, result.virtual_time.seconds(), result.acknowledged,
               result.writes,
               result.violations.empty() ? "no invariant broken" : "INVARIANTS BROKEN");
    if (!result.violations.empty()) PrintViolations(result);
  }
  return result.violations.empty() ? kExitDone : kExitMissed;
}

}  // namespace lifeboat::cli
