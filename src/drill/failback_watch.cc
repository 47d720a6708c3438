#include "drill/failback_watch.h"

#include <algorithm>

namespace lifeboat::drill {

FailbackWatch::FailbackWatch(const Scenario& scenario, const WindowRule& rule, int64_t began)
    : scenario_(scenario),
      began_(began),
      back_(scenario.cohorts.size()),
      enough_back_at_(scenario.cohorts.size()) {
  for (size_t i = 0; i < scenario.cohorts.size(); ++i) {
    if (!scenario.cohorts[i].counted) continue;
    if (scenario.workload.read_rate > 0)
      windows_.try_emplace({i, RequestClass::kRead}, rule, began);
    if (scenario.workload.write_rate > 0)
      windows_.try_emplace({i, RequestClass::kWrite}, rule, began);
  }
}

void FailbackWatch::OnRequestEnd(const RequestEnd& end) {
  if (end.point.scheduled >= began_) {
    const auto window = windows_.find({end.cohort, ClassOf(end.op)});
    if (window != windows_.end()) window->second.Add(end.point);
  }
  if (!end.point.correct || end.done < began_ || end.region != scenario_.lost_region()) return;
  const CohortSpec& cohort = scenario_.cohorts[end.cohort];
  back_[end.cohort].insert(end.client);
  const double share =
      static_cast<double>(back_[end.cohort].size()) / static_cast<double>(cohort.clients);
  if (share >= kReturnedShare - 1e-9 && !enough_back_at_[end.cohort])
    enough_back_at_[end.cohort] = end.done;
}

void FailbackWatch::Poll(int64_t settled) {
  for (auto& [series, window] : windows_) window.Advance(settled);
}

std::optional<int64_t> FailbackWatch::good_since() const {
  int64_t last = began_;
  for (const auto& [series, window] : windows_) {
    if (!window.start()) return std::nullopt;
    last = std::max(last, *window.start());
  }
  return last;
}

std::optional<int64_t> FailbackWatch::returned_at() const {
  int64_t last = began_;
  for (size_t i = 0; i < scenario_.cohorts.size(); ++i) {
    const CohortSpec& cohort = scenario_.cohorts[i];
    // Clients that are pinned elsewhere never come.
    if (!cohort.counted || (!cohort.via.empty() && cohort.via != scenario_.lost_region())) continue;
    if (!enough_back_at_[i]) return std::nullopt;
    last = std::max(last, *enough_back_at_[i]);
  }
  return last;
}

std::string FailbackWatch::Lacking() const {
  if (!returned_at()) {
    std::string cohorts;
    for (size_t i = 0; i < scenario_.cohorts.size(); ++i)
      if (scenario_.cohorts[i].counted && !enough_back_at_[i])
        cohorts += fmt::format("{}{} ({} of {} back)", cohorts.empty() ? "" : ", ",
                               scenario_.cohorts[i].policy.name, back_[i].size(),
                               scenario_.cohorts[i].clients);
    return "clients to move back: " + cohorts;
  }
  return "a good window of every cohort after the return";
}

}  // namespace lifeboat::drill
