// Scenario: what a seed decides before a run begins. Weights differ wildly from seed to seed, so
// that some runs are all crashes, some all partitions, and some quiet.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "replication/limits.h"
#include "sim/disk.h"
#include "sim/network.h"

namespace lifeboat::sim {

/// What may happen to the world between two writes.
enum class Mishap : uint8_t {
  kCrash,
  kStart,
  kFreeze,
  kThaw,
  kCut,
  kPause,
  kLag,
  kPartition,  ///< Of the network itself, one way or both.
  kWeather,
  kClockStep,
  kPeace,  ///< Faults on links and partitions end.
  kDiskCopied,
  kDiskRolledBack,  ///< An earlier copy is put back.
  kDiskLost,
};
inline constexpr size_t kMishapCount = 14;
std::string_view ToString(Mishap mishap);

struct Scenario {
  std::vector<std::string> regions;
  std::vector<Duration> skews;
  std::vector<uint64_t> loads;  ///< Weight of each region among the clients.
  bool last_joins_late = false;
  uint64_t keys = 10;
  uint64_t deletes_percent = 30;
  Duration storm;      ///< How long writes and mishaps go on.
  Duration write_gap;  ///< Mean time between two writes.
  Duration mishap_gap;
  std::array<uint64_t, kMishapCount> mishaps{};  ///< Weights; all zero: none happen.
  Weather weather;
  DiskSpeed disk;
  replication::Tunables tunables;
};

Scenario DrawScenario(Prng& prng);
/// Two regions; the second is dead for `outage` while the first takes `writes_per_second`.
Scenario LongOutage(Duration outage, int64_t writes_per_second);
/// An index, drawn by weight; the weights must not all be zero.
size_t DrawWeighted(Prng& prng, const uint64_t* weights, size_t count);

}  // namespace lifeboat::sim
