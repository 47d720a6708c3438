// LiveTimeline: the timeline while the drill runs. It prints each entry once, when it is first
// known; the report's own timeline is computed again from the journal.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drill/attempt.h"
#include "drill/display.h"
#include "drill/grader/good_window.h"
#include "drill/grader/recovery.h"
#include "drill/health_feed.h"
#include "drill/scenario.h"
#include "drill/timeline.h"

namespace lifeboat::drill {

/// A request that has ended, as far as one can judge it before the audit. Microseconds since the
/// run began.
struct RequestEnd {
  size_t cohort = 0;
  Op op = Op::kGet;
  Outcome outcome = Outcome::kUnknown;
  int status = 0;
  RequestPoint point;
  int64_t done = 0;
  std::string region;  ///< Whose address the last attempt has dialed; empty when none was.
  size_t client = 0;
  /// Answered that the item isn't there: correct only if the audit finds the very key missing.
  bool absent = false;
};

class LiveTimeline {
 public:
  /// `rules` as the journal's first line has them.
  LiveTimeline(Display& display, Rules rules) : display_(display), rules_(std::move(rules)) {}

  const WindowRule& window_rule() const { return rules_.window; }
  void OnRequestEnd(const RequestEnd& end);
  void BeginBaseline(int64_t t) { baseline_began_ = t; }
  /// Prints the baseline and tells whether it was good enough.
  bool EndBaseline();
  /// The times from here on are those of another outage; each is printed again.
  void BeginOutage();
  /// `what` is empty for the control without a fault.
  void OnFault(int64_t t0, int64_t asked, const std::string& what);
  /// A fault that T0 does not belong to.
  void OnOtherFault(int64_t t, int64_t asked, const std::string& what);
  void OnHealth(int64_t t, const HealthEvent& event);
  /// T2 of somebody who is no rule.
  void OnDecided(int64_t t2, const std::string& by);
  void OnExecuted(int64_t t3);
  /// Judges the windows that end before `settled`; prints who has recovered.
  void Poll(int64_t settled);
  /// All counted cohorts have a good window since the last bad one.
  bool recovered() const { return recovery_.all_counted_recovered(); }
  std::optional<int64_t> t0() const { return t0_; }
  std::optional<int64_t> t1() const { return t1_; }
  /// When the first request since the fault was asked for has failed.
  std::optional<int64_t> first_failure() const { return first_failure_; }
  std::optional<int64_t> t4() const { return recovery_.t4; }
  /// What the observation still waits for, for the progress line.
  std::string waiting_for() const;
  void OnAudited(int64_t t, int64_t writes);
  /// `last`: of the fault that T0 belongs to.
  void OnHealed(int64_t t, const std::string& what, bool last);
  void OnFailback(int64_t t);
  /// T6, known once its window has passed; what was bad since is the report's. `committed`: when an
  /// operator brought the traffic back; nullopt: the failback began with the heal.
  void OnFailbackGood(int64_t t6, std::optional<int64_t> committed);
  void OnConverged(int64_t t, bool equal);

 private:
  /// The last requests of a series, and how many of them were answered without their item.
  struct Absences {
    std::deque<bool> recent;
    size_t absent = 0;
  };
  bool Excused(const RequestEnd& end);
  void Print(const TimelineEntry& entry);
  void PrintOnce(const std::string& id, const TimelineEntry& entry);

  Display& display_;
  Rules rules_;
  std::set<std::string> printed_;
  std::optional<int64_t> baseline_began_;
  int64_t baseline_requests_ = 0;
  int64_t baseline_correct_ = 0;
  bool baseline_ended_ = false;
  std::optional<int64_t> asked_, t0_, t1_, t3_, healed_, first_failure_;
  std::map<std::pair<size_t, RequestClass>, GoodWindow> windows_;
  std::map<std::pair<size_t, RequestClass>, Absences> absences_;
  Recovery recovery_;
};

}  // namespace lifeboat::drill
