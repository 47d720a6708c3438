// FaultControl: brings the scenario's faults into force and clears them again, and journals when
// each was asked for and when the target confirmed it. Nothing else touches the world during a run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "client/lifeline.h"
#include "drill/live_timeline.h"
#include "drill/setting.h"

namespace lifeboat::drill {

class FaultControl {
 public:
  using Done = std::function<void(Status)>;
  FaultControl(const Setting& setting, LiveTimeline& timeline)
      : setting_(setting), timeline_(timeline) {}

  /// Asks for fault `index` now. `done` after it was confirmed or has failed.
  void Inject(size_t index, Done done);
  /// Ends every fault that is in force, in order, each not before its `for` has passed. `done`
  /// after the last one was confirmed cleared.
  void HealAll(Done done);
  /// For the control without a fault: notes where the first fault would have been.
  void Skip();
  /// When HealAll will have nothing more to wait for.
  Instant heals_at() const;

 private:
  struct Active {
    size_t index = 0;
    Instant since;
  };
  void HealNext(Done done);
  void Note(size_t index, std::string_view state, const std::string& confirmed_by = "",
            const std::string& error = "");

  const Setting& setting_;
  LiveTimeline& timeline_;
  std::vector<Active> active_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
