// Snapshot: all that a name server must know, numbered. The control plane writes it, name servers
// read it and keep it on their disks (docs/formats/zones.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "route53/state.h"

namespace lifeboat::route53 {

struct Snapshot {
  std::string epoch;  ///< Numbers of different epochs can't be compared.
  uint64_t number = 0;
  std::vector<HostedZone> zones;  ///< In the order in which they were created.
  std::vector<health::CheckConfig> checks;
};

inline constexpr int kSnapshotFormat = 1;

/// JSON text of what name servers must know of `state`.
std::string EncodeSnapshot(const State& state);
/// kCorrupt when it is not what EncodeSnapshot makes, or of another format.
Result<Snapshot> DecodeSnapshot(std::string_view text);

}  // namespace lifeboat::route53
