// Work for later, on the owner's one thread. The real host has an event loop behind it, the
// simulated one a queue in virtual time.
#pragma once

#include <functional>

#include "base/time.h"

namespace lifeboat {

class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// Runs `task` once, not before `delay` has passed and never inside this call.
  virtual void After(Duration delay, std::function<void()> task) = 0;
};

}  // namespace lifeboat
