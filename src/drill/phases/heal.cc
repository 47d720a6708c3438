#include "drill/fault_control.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

class Heal final : public Phase {
 public:
  Heal(const Setting& setting, FaultControl& faults)
      : setting_(setting),
        faults_(faults),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "heal"; }

  void Start(Done done) override {
    if (setting_.options.control == Control::kNone) setting_.host.display.OnVerified();
    faults_.LiftAudited();
    waiting_.Start(
        {[this] { return faults_.all_lifted() || !faults_.status().ok(); },
         [] { return "the end of the faults"; }, faults_.LongestLeft(), Duration::Millis(100)},
        [this, done](bool) {
          if (!faults_.status().ok()) return done(faults_.status());
          if (faults_.all_lifted()) return done({});
          done(Error{ErrorCode::kUnavailable, "a fault was never seen to end"});
        });
  }

 private:
  const Setting& setting_;
  FaultControl& faults_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewHeal(const Setting& setting, FaultControl& faults) {
  return std::make_unique<Heal>(setting, faults);
}

}  // namespace lifeboat::drill
