#include "drill/timeline.h"

#include <algorithm>

namespace lifeboat::drill {
namespace {

/// The drill asks each name server four times a second.
constexpr double kDnsUncertainty = 0.25;
/// Windows begin every tenth of a second.
constexpr double kWindowUncertainty = 0.1;

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }
std::string Delta(int64_t from, int64_t to) { return fmt::format("{:+6.1f}", Seconds(to - from)); }

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

std::string FormatClock(int64_t micros) {
  const int64_t tenths = micros / 100'000;
  return fmt::format("{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10);
}

std::string FormatCount(int64_t count) {
  std::string digits = std::to_string(count);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::string FormatEntry(const TimelineEntry& e) {
  std::string line = fmt::format("{} {:<3} {:<15} {}", FormatClock(e.t), e.mark, e.name, e.value);
  if (e.source == "nameserver") line += " [nameserver]";
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

json::Value ToJson(const TimelineEntry& e) {
  return json::Object{{"t", Seconds(e.t)},  {"mark", e.mark},
                      {"name", e.name},     {"value", e.value},
                      {"source", e.source}, {"uncertainty_s", e.uncertainty_s}};
}

namespace entries {

TimelineEntry Baseline(int64_t t, int64_t requests, int64_t correct) {
  const double share =
      requests == 0 ? 0 : 100.0 * static_cast<double>(correct) / static_cast<double>(requests);
  return {t,          "",
          "baseline", fmt::format("{} requests {:.4g} % ok", FormatCount(requests), share),
          "client",   0};
}

TimelineEntry FaultInForce(int64_t t0, int64_t asked, const std::string& what) {
  return {t0,
          "T0",
          "fault in force",
          fmt::format("{} (asked {})", what, FormatClock(asked)),
          "target",
          Seconds(t0 - asked)};
}

TimelineEntry FurtherFault(int64_t t, int64_t asked, const std::string& what) {
  TimelineEntry entry = FaultInForce(t, asked, what);
  entry.mark.clear();
  return entry;
}

TimelineEntry OutageBegins(int64_t t0, int64_t asked, std::string_view source) {
  const std::string why = source == "bad-bucket" ? "a counted cohort is served badly"
                                                 : "the first request to the region has failed";
  return {t0,
          "T0",
          "outage begins",
          fmt::format("{} (asked {})", why, FormatClock(asked)),
          "client",
          std::max(0.0, Seconds(t0 - asked))};
}

TimelineEntry NoFault(int64_t t0) {
  return {t0, "T0", "no fault", "control: here the fault would have been", "drill", 0};
}

TimelineEntry FirstFailure(int64_t t, std::string_view request_class, const std::string& cohort) {
  return {t, "", "first failure", fmt::format("{}, {}", request_class, cohort), "client", 0};
}

TimelineEntry Detected(int64_t t1, int64_t t0, int64_t checkers_healthy, int64_t checkers) {
  return {
      t1,
      "T1",
      "detected",
      fmt::format("{}  checkers {}/{} red", Delta(t0, t1), checkers - checkers_healthy, checkers),
      "nameserver",
      0};
}

TimelineEntry Decided(int64_t t2, int64_t t1, std::string_view by) {
  return {t2, "T2", "decided", fmt::format("{}  {}", Delta(t1, t2), by), "drill", 0};
}

TimelineEntry Executed(int64_t t3, int64_t before, const std::string& regions) {
  return {t3,         "T3",
          "executed", fmt::format("{}  answer -> {}", Delta(before, t3), regions),
          "drill",    kDnsUncertainty};
}

TimelineEntry CohortGood(int64_t t, const std::string& cohort) {
  return {t, "", fmt::format("cohort {} good", cohort), "", "client", kWindowUncertainty};
}

TimelineEntry ClientsSeeIt(int64_t t4, int64_t before, const std::string& last,
                           const std::vector<std::string>& never) {
  std::string value = fmt::format("{}  {} last", Delta(before, t4), last);
  if (!never.empty()) value += fmt::format("; {} never", Join(never));
  return {t4, "T4", "clients see it", value, "client", kWindowUncertainty};
}

TimelineEntry Verified(int64_t t5, int64_t t4, int64_t writes) {
  return {t5,         "T5",
          "verified", fmt::format("{}  {} writes audited", Delta(t4, t5), FormatCount(writes)),
          "client",   0};
}

TimelineEntry Healed(int64_t t, const std::string& what) {
  return {t, "", "healed", what, "target", 0};
}

TimelineEntry FailedBack(int64_t t, int64_t healed) {
  return {t,
          "",
          "failed back",
          fmt::format("{}  answers name it again", Delta(healed, t)),
          "drill",
          kDnsUncertainty};
}

TimelineEntry FailbackGood(int64_t t6, int64_t begin, std::optional<int64_t> bad) {
  return {t6,
          "T6",
          "failback good",
          bad ? fmt::format("{}  {} s bad", Delta(begin, t6), *bad) : Delta(begin, t6),
          "client",
          kWindowUncertainty};
}

TimelineEntry Converged(int64_t t, int64_t healed, bool equal) {
  return {t,
          "",
          equal ? "converged" : "NOT converged",
          fmt::format("{}  digests {}", Delta(healed, t), equal ? "equal" : "differ"),
          "drill",
          1};
}

}  // namespace entries
}  // namespace lifeboat::drill
