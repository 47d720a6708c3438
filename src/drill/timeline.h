// The timeline: what happened when, as the terminal shows it while the drill
// runs and as the report keeps it. Each entry is made by one function here, so
// that both say the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace lifeboat::drill {

struct TimelineEntry {
  int64_t t = 0;     ///< Microseconds since the run began.
  std::string mark;  ///< T0 to T6, or empty.
  std::string name;
  std::string value;
  std::string source;  ///< client, drill, nameserver, target.
  double uncertainty_s = 0;
};

/// `01:04.2 T0  fault in force  us-east-1 killed (asked 01:04.0)`
std::string FormatEntry(const TimelineEntry& entry);
json::Value ToJson(const TimelineEntry& entry);
/// `01:04.2`; hours go into the minutes.
std::string FormatClock(int64_t micros);
/// `3,840`
std::string FormatCount(int64_t count);

namespace entries {

TimelineEntry Baseline(int64_t t, int64_t requests, int64_t correct);
TimelineEntry FaultInForce(int64_t t0, int64_t asked, const std::string& what);
/// A fault that T0 does not belong to.
TimelineEntry FurtherFault(int64_t t, int64_t asked, const std::string& what);
/// T0 where it is not the confirmation of a fault.
TimelineEntry OutageBegins(int64_t t0, int64_t asked, std::string_view source);
TimelineEntry NoFault(int64_t t0);
TimelineEntry FirstFailure(int64_t t, std::string_view request_class, const std::string& cohort);
TimelineEntry Detected(int64_t t1, int64_t t0, int64_t checkers_healthy, int64_t checkers);
TimelineEntry Decided(int64_t t2, int64_t t1, std::string_view by = "rule");
TimelineEntry Executed(int64_t t3, int64_t before, const std::string& regions);
TimelineEntry CohortGood(int64_t t, const std::string& cohort);
TimelineEntry ClientsSeeIt(int64_t t4, int64_t before, const std::string& last,
                           const std::vector<std::string>& never);
TimelineEntry Verified(int64_t t5, int64_t t4, int64_t writes);
TimelineEntry Healed(int64_t t, const std::string& what);
TimelineEntry FailedBack(int64_t t, int64_t healed);
/// T6: the region serves its clients well again; `bad` seconds from the
/// failback's begin.
TimelineEntry FailbackGood(int64_t t6, int64_t begin, std::optional<int64_t> bad);
TimelineEntry Converged(int64_t t, int64_t healed, bool equal);

}  // namespace entries
}  // namespace lifeboat::drill
