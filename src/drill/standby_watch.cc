#include "drill/standby_watch.h"

#include <algorithm>

namespace lifeboat::drill {

bool StandbyWatch::IsSurvivor(const std::string& region) const {
  return std::find(survivors_.begin(), survivors_.end(), region) != survivors_.end();
}

void StandbyWatch::OnHealth(int64_t t, const HealthEvent& event) {
  if (!IsSurvivor(event.region)) return;
  if (event.healthy)
    red_since_.erase(event.region);
  else
    red_since_.emplace(event.region, t);
}

void StandbyWatch::OnRequestEnd(const RequestEnd& end) {
  if (end.point.correct && IsSurvivor(end.region))
    last_correct_ = std::max(last_correct_, end.done);
}

bool StandbyWatch::Hopeless(int64_t t0, int64_t now) const {
  int64_t since = std::max(t0, last_correct_);
  for (const std::string& region : survivors_) {
    const auto red = red_since_.find(region);
    if (red == red_since_.end()) return false;
    since = std::max(since, red->second);
  }
  return now - since >= kHopelessAfter.ns / 1000;
}

}  // namespace lifeboat::drill
