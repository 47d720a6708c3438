// StandbyWatch: tells when it is certain that no standby will answer: all of their health checks
// are red and none has given a correct answer for a while. A drill whose decision is the health
// check's need not wait for its limit then.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "drill/health_feed.h"
#include "drill/live_timeline.h"

namespace lifeboat::drill {

inline constexpr Duration kHopelessAfter = Duration::Seconds(30);

class StandbyWatch {
 public:
  explicit StandbyWatch(std::vector<std::string> survivors) : survivors_(std::move(survivors)) {}

  /// `t` and all times here are microseconds since the run began.
  void OnHealth(int64_t t, const HealthEvent& event);
  void OnRequestEnd(const RequestEnd& end);
  bool IsRed(const std::string& region) const { return red_since_.contains(region); }
  /// It was so for kHopelessAfter before `now`, and all that time lies after `t0`.
  bool Hopeless(int64_t t0, int64_t now) const;

 private:
  bool IsSurvivor(const std::string& region) const;

  std::vector<std::string> survivors_;
  std::map<std::string, int64_t> red_since_;  ///< By region.
  int64_t last_correct_ = 0;
};

}  // namespace lifeboat::drill
