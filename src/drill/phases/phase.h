// Phase: one step of a run.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "drill/live_timeline.h"

namespace lifeboat::drill {

/// Destroying a phase stops it.
class Phase {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Phase() = default;
  /// As the journal's `phase` line names it.
  virtual std::string_view name() const = 0;
  /// Begins; `done` runs once, maybe inside this call. After an error the run ends.
  virtual void Start(Done done) = 0;
  /// Every request of the scenario's cohorts that ends while the run goes on.
  virtual void OnRequestEnd(const RequestEnd&) {}
};

}  // namespace lifeboat::drill
