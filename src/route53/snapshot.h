// Snapshot: all that a name server must know, numbered. The control plane writes it, name servers
// read it, keep its bytes on their disks, and give them back to a control plane that has lost what
// they hold (docs/formats/zones.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "route53/lineage.h"
#include "route53/model.h"
#include "route53/state.h"

namespace lifeboat::route53 {

struct Snapshot {
  std::string epoch;  ///< Drawn when a control plane is founded, and by each recovery.
  std::string generation;
  uint64_t number = 0;
  std::string digest;    ///< Of the content and all before it; empty in format 1.
  std::string previous;  ///< The digest of the snapshot before.
  Lineage lineage;
  /// What the control plane knows that the reader holds, and has built upon.
  Held base;
  std::vector<HostedZone> zones;  ///< In the order in which they were created.
  std::vector<HealthCheck> checks;

  Held held() const { return {epoch, generation, number, digest}; }
};

inline constexpr int kSnapshotFormat = 2;

/// Zones and checks as JSON text. It is the same for the same content.
std::string EncodeContent(const State& state);
/// SHA-256 (hex) over the digest before, the number and the content.
std::string ContentDigest(std::string_view previous, uint64_t number, std::string_view content);

/// The snapshot of `state`, whose `content` and digests belong to its number, for a reader that
/// holds `base`.
std::string EncodeSnapshot(const State& state, const Held& base);
/// kCorrupt when it is not what EncodeSnapshot makes, when its digest does not fit, or when it is
/// of another format. Format 1, of version 0.1, is read: its epoch is its generation, too.
Result<Snapshot> DecodeSnapshot(std::string_view text);

}  // namespace lifeboat::route53
