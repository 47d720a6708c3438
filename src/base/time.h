// Time as values. Monotonic time (Instant) and wall time (WallTime) are different types, because
// mixing them is the oldest bug of failure detectors. Pure code gets both as arguments or from a
// Clock that its host hands in.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat {

/// A span of time, nanosecond resolution, signed.
struct Duration {
  int64_t ns = 0;

  static constexpr Duration Nanos(int64_t n) { return {n}; }
  static constexpr Duration Micros(int64_t n) { return {n * 1'000}; }
  static constexpr Duration Millis(int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration Seconds(int64_t n) { return {n * 1'000'000'000}; }
  static constexpr Duration Minutes(int64_t n) { return Seconds(n * 60); }
  static constexpr Duration Hours(int64_t n) { return Seconds(n * 3600); }
  static constexpr Duration FromSeconds(double s) { return {static_cast<int64_t>(s * 1e9)}; }

  constexpr int64_t millis() const { return ns / 1'000'000; }
  constexpr double seconds() const { return static_cast<double>(ns) / 1e9; }
  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator-() const { return {-ns}; }
  constexpr Duration operator+(Duration o) const { return {ns + o.ns}; }
  constexpr Duration operator-(Duration o) const { return {ns - o.ns}; }
  constexpr Duration operator*(int64_t k) const { return {ns * k}; }
  constexpr Duration operator/(int64_t k) const { return {ns / k}; }
};

/// A point on a monotonic clock; only differences have a meaning.
struct Instant {
  int64_t ns = 0;
  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant operator+(Duration d) const { return {ns + d.ns}; }
  constexpr Instant operator-(Duration d) const { return {ns - d.ns}; }
  constexpr Duration operator-(Instant o) const { return {ns - o.ns}; }
};

/// A point on the wall clock: nanoseconds since 1970-01-01T00:00:00Z.
struct WallTime {
  int64_t ns = 0;
  static constexpr WallTime FromMillis(int64_t ms) { return {ms * 1'000'000}; }
  static constexpr WallTime FromSeconds(int64_t s) { return {s * 1'000'000'000}; }
  constexpr int64_t millis() const { return ns / 1'000'000; }
  constexpr int64_t unix_seconds() const { return ns / 1'000'000'000; }
  constexpr double seconds() const { return static_cast<double>(ns) / 1e9; }
  constexpr auto operator<=>(const WallTime&) const = default;
  constexpr WallTime operator+(Duration d) const { return {ns + d.ns}; }
  constexpr WallTime operator-(Duration d) const { return {ns - d.ns}; }
  constexpr Duration operator-(WallTime o) const { return {ns - o.ns}; }
};

/// Calendar fields in UTC (proleptic Gregorian).
struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
  int weekday = 4;  ///< 0 is Sunday.
};
CivilTime ToCivil(WallTime t);
/// Times before 1678 and after 2261 become the bounds of what WallTime holds.
WallTime FromCivil(const CivilTime& c);

/// `2026-11-23T05:33:00Z`
std::string FormatIso8601(WallTime t);
/// `2026-11-23T05:33:00.123Z`
std::string FormatIso8601Millis(WallTime t);
/// `20261123T053300Z`, the basic format of SigV4.
std::string FormatIso8601Basic(WallTime t);
/// `Mon, 23 Nov 2026 05:33:00 GMT` (RFC 9110, section 5.6.7).
std::string FormatHttpDate(WallTime t);
/// Reads `20261123T053300Z`.
Result<WallTime> ParseIso8601Basic(std::string_view text);
/// Reads `2026-11-23T05:33:00[.fff](Z|+00:00)`.
Result<WallTime> ParseIso8601(std::string_view text);

/// Reads `90s`, `100ms`, `1.5s`, `15m`, `3h`; a unit is required.
Result<Duration> ParseDuration(std::string_view text);
/// `90s`, `1.5s`, `15m`: the shortest form that ParseDuration reads back.
std::string FormatDuration(Duration d);

/// The two clocks of a host. The real one is in net/, a simulated one in sim/.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

/// A clock that stands still until a test or the simulator moves it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start = WallTime::FromSeconds(1'800'000'000)) : wall_(start) {}
  Instant Now() const override { return now_; }
  WallTime WallNow() const override { return wall_; }
  void Advance(Duration d) {
    now_ = now_ + d;
    wall_ = wall_ + d;
  }
  void SetWall(WallTime wall) { wall_ = wall; }

 private:
  Instant now_{1};
  WallTime wall_;
};

}  // namespace lifeboat
