#include "base/time.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat {
namespace {

constexpr const char* kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// 64 bits of nanoseconds reach to the years 1678 and 2261; what is beyond becomes the bound.
constexpr int64_t kMaxSeconds = 9'223'372'035;

// Days since 1970-01-01, and back, by shifting the year to start in March so that the leap day is
// the last of its year.
int64_t DaysFromCivil(int64_t y, int m, int d) {
  y -= m <= 2;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void CivilFromDays(int64_t z, CivilTime& c) {
  z += 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  c.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  c.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  c.year = static_cast<int>(yoe + era * 400 + (c.month <= 2));
}

bool ReadDigits(std::string_view text, size_t at, size_t count, int& out) {
  if (at + count > text.size()) return false;
  out = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

bool InRange(const CivilTime& c) {
  return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31 && c.hour <= 23 &&
         c.minute <= 59 && c.second <= 60;
}

struct Unit {
  const char* name;
  int64_t ns;
};
constexpr Unit kUnits[] = {{"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
                           {"ms", 1'000'000},        {"us", 1'000},         {"ns", 1}};

}  // namespace

CivilTime ToCivil(WallTime t) {
  constexpr int64_t kDay = 86'400'000'000'000;
  const int64_t days = t.ns >= 0 ? t.ns / kDay : (t.ns - kDay + 1) / kDay;
  int64_t rest = t.ns - days * kDay;
  CivilTime c;
  CivilFromDays(days, c);
  c.hour = static_cast<int>(rest / 3'600'000'000'000);
  rest %= 3'600'000'000'000;
  c.minute = static_cast<int>(rest / 60'000'000'000);
  rest %= 60'000'000'000;
  c.second = static_cast<int>(rest / 1'000'000'000);
  c.millisecond = static_cast<int>(rest % 1'000'000'000 / 1'000'000);
  c.weekday = static_cast<int>(((days % 7) + 11) % 7);
  return c;
}

WallTime FromCivil(const CivilTime& c) {
  const int64_t seconds =
      DaysFromCivil(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
  return WallTime{std::clamp(seconds, -kMaxSeconds, kMaxSeconds) * 1'000'000'000 +
                  c.millisecond * 1'000'000};
}

std::string FormatIso8601(WallTime t) {
  const CivilTime c = ToCivil(t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour,
                     c.minute, c.second);
}

std::string FormatIso8601Millis(WallTime t) {
  const CivilTime c = ToCivil(t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day, c.hour,
                     c.minute, c.second, c.millisecond);
}

std::string FormatIso8601Basic(WallTime t) {
  const CivilTime c = ToCivil(t);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

std::string FormatHttpDate(WallTime t) {
  const CivilTime c = ToCivil(t);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[c.weekday], c.day,
                     kMonths[c.month - 1], c.year, c.hour, c.minute, c.second);
}

Result<WallTime> ParseIso8601Basic(std::string_view text) {
  CivilTime c;
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z' || !ReadDigits(text, 0, 4, c.year) ||
      !ReadDigits(text, 4, 2, c.month) || !ReadDigits(text, 6, 2, c.day) ||
      !ReadDigits(text, 9, 2, c.hour) || !ReadDigits(text, 11, 2, c.minute) ||
      !ReadDigits(text, 13, 2, c.second) || !InRange(c)) {
    return InvalidError(fmt::format("'{}' is not a time like 20261123T053300Z", text));
  }
  return FromCivil(c);
}

Result<WallTime> ParseIso8601(std::string_view text) {
  const Error bad = InvalidError(fmt::format("'{}' is not a time like 2026-11-23T05:33:00Z", text));
  CivilTime c;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || !ReadDigits(text, 0, 4, c.year) || !ReadDigits(text, 5, 2, c.month) ||
      !ReadDigits(text, 8, 2, c.day) || !ReadDigits(text, 11, 2, c.hour) ||
      !ReadDigits(text, 14, 2, c.minute) || !ReadDigits(text, 17, 2, c.second) || !InRange(c)) {
    return bad;
  }
  size_t at = 19;
  int64_t fraction_ns = 0;
  if (text[at] == '.') {
    int64_t unit = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
      fraction_ns += (text[at] - '0') * unit;
    }
  }
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "+00:00") return bad;
  return FromCivil(c) + Duration::Nanos(fraction_ns);
}

Result<Duration> ParseDuration(std::string_view text) {
  const Error bad = InvalidError(
      fmt::format("'{}' is not a duration; write for instance 90s, 100ms or 15m", text));
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || number < 0 || !std::isfinite(number)) return bad;
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  for (const Unit& u : kUnits) {
    if (unit != u.name) continue;
    const double ns = number * static_cast<double>(u.ns);
    if (ns > 9e18) return bad;
    return Duration::Nanos(std::llround(ns));
  }
  return bad;
}

std::string FormatDuration(Duration d) {
  if (d.ns == 0) return "0s";
  for (const Unit& u : kUnits) {
    if (d.ns % u.ns == 0) return fmt::format("{}{}", d.ns / u.ns, u.name);
    if (u.ns == 1'000'000'000 && d.ns > u.ns) return fmt::format("{}s", d.seconds());
  }
  return fmt::format("{}ns", d.ns);
}

}  // namespace lifeboat
