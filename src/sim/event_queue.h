// Virtual time: a queue of things to do, in order of their time and then of their making, so that a
// seed means the same run on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/scheduler.h"
#include "base/time.h"

namespace lifeboat::sim {

class EventQueue final : public Scheduler {
 public:
  void After(Duration delay, std::function<void()> task) override;
  /// Runs the next event that is due at or before `end`; false when there is none.
  bool RunNext(Instant end);
  /// Runs all that is due within `time`, and lets that time pass.
  void RunFor(Duration time);

  Instant now() const { return now_; }
  uint64_t executed() const { return executed_; }

 private:
  struct Event {
    Instant due;
    uint64_t number;
    std::function<void()> task;
  };
  /// For std::*_heap: true when `a` comes after `b`.
  static bool Later(const Event& a, const Event& b) {
    return a.due != b.due ? a.due > b.due : a.number > b.number;
  }

  Instant now_{1};
  uint64_t made_ = 0;
  uint64_t executed_ = 0;
  std::vector<Event> heap_;
};

}  // namespace lifeboat::sim
