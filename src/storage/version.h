// Version: when and where an item was last written, and the total order by which the last writer
// wins (docs/replication.md). It is a hybrid logical clock reading (Kulkarni et al., "Logical
// Physical Clocks", 2014) and the name of the writing region, which breaks ties.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/time.h"

namespace lifeboat::storage {

struct Version {
  int64_t wall_ms = 0;   ///< Milliseconds since 1970, never behind the writer's wall clock.
  uint32_t counter = 0;  ///< Orders writes of one millisecond.
  std::string region;

  /// wall_ms, counter, then region by bytes: the greater one wins.
  auto operator<=>(const Version&) const = default;
  bool is_zero() const { return wall_ms == 0; }
};

/// No region's name is longer; longer ones in bytes are malformed.
inline constexpr size_t kMaxRegionNameBytes = 64;

/// Appends to / reads from bytes; what is malformed fails the reader. The form stands in
/// docs/formats/items.md.
void AppendVersion(std::string& out, const Version& version);
Version ReadVersion(ByteReader& reader);
/// `1795412345678.3@us-east-1`, for people and reports.
std::string ToString(const Version& version);

/// Hands out versions for one region's own writes. Each is greater than every version that it has
/// handed out or has been shown by Observe, also across restarts when the owner shows it the
/// greatest stored version first.
class VersionClock {
 public:
  explicit VersionClock(std::string region) : region_(std::move(region)) {}
  Version Next(WallTime now);
  /// Learns of a version from a peer or from the disk. Never refuses one for its skew.
  void Observe(const Version& seen);
  /// The least version that a later Next() may return. It follows from what was handed out and
  /// observed alone, not from the wall clock, which may step back.
  Version Current() const;
  /// How far the greatest observed version is ahead of `now`; zero when behind.
  Duration Skew(WallTime now) const;

 private:
  std::string region_;
  int64_t wall_ms_ = 0;
  uint32_t counter_ = 0;
};

}  // namespace lifeboat::storage
