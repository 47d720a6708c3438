#include "storage/version.h"

#include <limits>

namespace lifeboat::storage {

void AppendVersion(std::string& out, const Version& version) {
  AppendU64(out, static_cast<uint64_t>(version.wall_ms));
  AppendVarint(out, version.counter);
  AppendBlob(out, version.region);
}

Version ReadVersion(ByteReader& reader) {
  const uint64_t wall_ms = reader.U64();
  const uint64_t counter = reader.Varint();
  const std::string_view region = reader.Blob();
  const bool sane = wall_ms <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) &&
                    counter <= std::numeric_limits<uint32_t>::max() &&
                    region.size() <= kMaxRegionNameBytes;
  if (!sane) reader.Take(std::numeric_limits<size_t>::max());  // Fails the reader.
  if (!reader.ok()) return {};
  return {static_cast<int64_t>(wall_ms), static_cast<uint32_t>(counter), std::string(region)};
}

std::string ToString(const Version& version) {
  return fmt::format("{}.{}@{}", version.wall_ms, version.counter, version.region);
}

Version VersionClock::Next(WallTime now) {
  const Version next = Current();
  wall_ms_ = next.wall_ms;
  counter_ = next.counter;
  if (now.millis() > wall_ms_) {
    wall_ms_ = now.millis();
    counter_ = 0;
  }
  return {wall_ms_, counter_, region_};
}

void VersionClock::Observe(const Version& seen) {
  if (std::tie(seen.wall_ms, seen.counter) <= std::tie(wall_ms_, counter_)) return;
  wall_ms_ = seen.wall_ms;
  counter_ = seen.counter;
}

Version VersionClock::Current() const {
  if (counter_ == std::numeric_limits<uint32_t>::max()) return {wall_ms_ + 1, 0, region_};
  return {wall_ms_, counter_ + 1, region_};
}

Duration VersionClock::Skew(WallTime now) const {
  return Duration::Millis(std::max<int64_t>(0, wall_ms_ - now.millis()));
}

}  // namespace lifeboat::storage
