// Waiting: looks again and again whether something has come about, shows what is waited for, and
// ends at a limit. Every phase waits by it.
#pragma once

#include <functional>
#include <string>

#include "base/scheduler.h"
#include "base/time.h"
#include "client/lifeline.h"
#include "drill/display.h"

namespace lifeboat::drill {

class Waiting {
 public:
  struct Plan {
    std::function<bool()> met;          ///< Asked at once, and then every `every`.
    std::function<std::string()> what;  ///< For the progress line.
    Duration at_most;
    Duration every = Duration::Millis(500);
  };
  Waiting(const Clock& clock, Scheduler& scheduler, Display& display)
      : clock_(clock), scheduler_(scheduler), display_(display) {}

  /// `done(true)` once it is met, `done(false)` after `at_most`; maybe inside this call. A wait
  /// that was started before is forgotten.
  void Start(Plan plan, std::function<void(bool)> done);
  /// Forgets the present wait.
  void Stop() { ++turn_; }
  /// Since the present wait began.
  Duration elapsed() const { return clock_.Now() - started_; }

 private:
  void Look(int64_t turn);

  const Clock& clock_;
  Scheduler& scheduler_;
  Display& display_;
  Plan plan_;
  std::function<void(bool)> done_;
  Instant started_;
  int64_t turn_ = 0;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
