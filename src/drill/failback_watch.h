// FailbackWatch: follows the clients' return to a region that was healed. T6 is reached when every
// server names the region again, each class of each counted cohort has a good window since its last
// bad one, and nearly all clients of each counted cohort have had a correct answer from the region.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drill/grader/good_window.h"
#include "drill/live_timeline.h"
#include "drill/scenario.h"

namespace lifeboat::drill {

/// So many of a cohort's clients must have returned.
inline constexpr double kReturnedShare = 0.95;

class FailbackWatch {
 public:
  /// `began`: microseconds since the run began, as all times here.
  FailbackWatch(const Scenario& scenario, const WindowRule& rule, int64_t began);

  void OnRequestEnd(const RequestEnd& end);
  /// Judges the windows that end before `settled`.
  void Poll(int64_t settled);
  /// The latest begin of the good windows; nullopt while one is lacking.
  std::optional<int64_t> good_since() const;
  /// When the last of the counted cohorts had enough clients back.
  std::optional<int64_t> returned_at() const;
  /// What is still lacking, for people.
  std::string Lacking() const;

 private:
  const Scenario& scenario_;
  int64_t began_;
  std::map<std::pair<size_t, RequestClass>, GoodWindow> windows_;
  std::vector<std::set<size_t>> back_;                  ///< Clients, by cohort.
  std::vector<std::optional<int64_t>> enough_back_at_;  ///< By cohort.
};

}  // namespace lifeboat::drill
