#include "sim/scenario.h"

#include "base/check.h"

namespace lifeboat::sim {
namespace {

constexpr const char* kRegionNames[] = {"us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"};
constexpr std::string_view kMishapNames[kMishapCount] = {
    "crash", "start",       "freeze",           "thaw",     "cut",
    "pause", "lag",         "partition",        "weather",  "clock-step",
    "peace", "disk-copied", "disk-rolled-back", "disk-lost"};

/// A third are zero, the others anything between 1 and 128.
uint64_t DrawWeight(Prng& prng) { return prng.Chance(1, 3) ? 0 : uint64_t{1} << prng.Below(8); }

/// Between 1/8 and 8 times `typical`, by powers of two.
Duration DrawAround(Prng& prng, Duration typical) { return {(typical.ns << prng.Below(7)) / 8}; }

}  // namespace

std::string_view ToString(Mishap mishap) { return kMishapNames[static_cast<size_t>(mishap)]; }

size_t DrawWeighted(Prng& prng, const uint64_t* weights, size_t count) {
  uint64_t total = 0;
  for (size_t i = 0; i < count; ++i) total += weights[i];
  Check(total > 0, "something must have a weight");
  uint64_t at = prng.Below(total);
  size_t i = 0;
  for (; at >= weights[i]; ++i) at -= weights[i];
  return i;
}

Scenario DrawScenario(Prng& prng) {
  Scenario scenario;
  const uint64_t regions = 2 + prng.Below(3);
  for (uint64_t i = 0; i < regions; ++i) {
    scenario.regions.emplace_back(kRegionNames[i]);
    scenario.skews.push_back(prng.Chance(1, 2) ? Duration()
                                               : Duration::Millis(prng.Between(-5000, 5000)));
    scenario.loads.push_back(1 + DrawWeight(prng));
  }
  scenario.last_joins_late = prng.Chance(1, 3);
  scenario.keys = uint64_t{1} << prng.Below(7);
  scenario.deletes_percent = prng.Below(70);
  scenario.storm = Duration::Seconds(prng.Between(2, 12));
  scenario.write_gap = DrawAround(prng, Duration::Millis(40));
  scenario.mishap_gap = DrawAround(prng, Duration::Millis(600));
  for (uint64_t& weight : scenario.mishaps) weight = DrawWeight(prng);
  // What is never ended would end all else.
  scenario.mishaps[static_cast<size_t>(Mishap::kStart)] += 4;
  scenario.mishaps[static_cast<size_t>(Mishap::kThaw)] += 4;
  scenario.mishaps[static_cast<size_t>(Mishap::kPeace)] += 2;
  // Nothing can be put back that has not been copied.
  if (scenario.mishaps[static_cast<size_t>(Mishap::kDiskRolledBack)] > 0) {
    scenario.mishaps[static_cast<size_t>(Mishap::kDiskCopied)] += 8;
  }
  scenario.weather.delay_max = Duration::Micros(200) + Duration{prng.Between(0, 50'000'000)};
  scenario.disk.fsync_max = Duration::Micros(300) + Duration{prng.Between(0, 20'000'000)};
  if (prng.Chance(1, 2)) scenario.tunables.log_bytes_max = 1 + prng.Below(20'000);
  scenario.tunables.trim_step = 1 + prng.Below(50);
  scenario.tunables.page_changes = 1 + prng.Below(40);
  return scenario;
}

Scenario LongOutage(Duration outage, int64_t writes_per_second) {
  Scenario scenario;
  scenario.regions = {kRegionNames[0], kRegionNames[1]};
  scenario.skews = {{}, {}};
  scenario.loads = {1, 0};
  scenario.keys = 1'000;
  scenario.deletes_percent = 10;
  scenario.storm = outage;
  scenario.write_gap = Duration::Seconds(1) / writes_per_second;
  return scenario;
}

}  // namespace lifeboat::sim
