#include "drill/fault_control.h"
#include "drill/live_timeline.h"
#include "drill/operator_decision.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

/// Waits until the fault that T0 belongs to is in force; the others come by themselves.
class FaultPhase final : public Phase {
 public:
  FaultPhase(const Setting& setting, const FaultParts& parts, int64_t group)
      : setting_(setting),
        parts_(parts),
        group_(group),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "fault"; }

  void Start(Done done) override {
    // An outage has times and a decision of its own.
    parts_.timeline.BeginOutage();
    parts_.decision.BeginOutage();
    FaultControl& faults = parts_.faults;
    if (setting_.options.control == Control::kNoFault)
      faults.BeginWithout(parts_.prng);
    else
      faults.Begin(group_, parts_.prng);
    waiting_.Start(
        {[&faults] { return faults.begun() || !faults.status().ok(); },
         [] { return "the moment of the fault"; }, faults.LongestLeft(), Duration::Millis(100)},
        [&faults, done](bool) {
          if (!faults.status().ok()) return done(faults.status());
          if (faults.begun()) return done({});
          done(Error{ErrorCode::kUnavailable, "the fault was never seen in force"});
        });
  }

 private:
  const Setting& setting_;
  FaultParts parts_;
  int64_t group_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewFault(const Setting& setting, const FaultParts& parts, int64_t group) {
  return std::make_unique<FaultPhase>(setting, parts, group);
}

}  // namespace lifeboat::drill
