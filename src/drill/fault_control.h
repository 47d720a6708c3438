// FaultControl: brings the scenario's faults into force and clears them again, and journals when
// each was asked for and when the target confirmed it. Nothing else touches the world during a run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "client/lifeline.h"
#include "drill/run_context.h"

namespace lifeboat::drill {

class FaultControl {
 public:
  using Done = std::function<void(Status)>;
  explicit FaultControl(RunContext& context) : context_(context) {}

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
  /// One direction of one link as fault::Fault, for the faults of links.
  std::vector<fault::Fault> Links(size_t index) const;
  void InjectLinks(std::vector<fault::Fault> links, Done done);
  void ClearLinks(std::vector<fault::Fault> links, Done done);
  void HealNext(Done done);
  void Heal(const FaultSpec& fault, size_t index, Done done);
  void Note(size_t index, std::string_view state, const std::string& error = "");

  RunContext& context_;
  std::vector<Active> active_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
