// Virtual time for tests: a queue of tasks that moves the clock to each of them.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "base/scheduler.h"
#include "base/time.h"

namespace lifeboat::drill {

class VirtualTime final : public Scheduler {
 public:
  const Clock& clock() const { return clock_; }
  Instant now() const { return clock_.Now(); }

  void After(Duration delay, std::function<void()> task) override {
    tasks_.emplace(clock_.Now() + std::max(delay, Duration{}), std::move(task));
  }
  /// Runs tasks in order until `done()` or until there is none left; false in the latter case, and
  /// after `limit` of virtual time.
  bool RunUntil(const std::function<bool()>& done, Duration limit = Duration::Hours(2)) {
    const Instant last = clock_.Now() + limit;
    while (!done()) {
      if (tasks_.empty() || tasks_.begin()->first > last) return false;
      auto node = tasks_.extract(tasks_.begin());
      clock_.Advance(node.key() - clock_.Now());
      node.mapped()();
    }
    return true;
  }

 private:
  ManualClock clock_;
  std::multimap<Instant, std::function<void()>> tasks_;
};

}  // namespace lifeboat::drill
