#include "drill/fault_control.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

/// Waits until the fault that T0 belongs to is in force; the others come by themselves.
class FaultPhase final : public Phase {
 public:
  FaultPhase(const Setting& setting, FaultControl& faults, Prng& prng)
      : setting_(setting),
        faults_(faults),
        prng_(prng),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "fault"; }

  void Start(Done done) override {
    if (setting_.options.control == Control::kNoFault)
      faults_.BeginWithout(prng_);
    else
      faults_.Begin(0, prng_);
    waiting_.Start(
        {[this] { return faults_.begun() || !faults_.status().ok(); },
         [] { return "the moment of the fault"; }, faults_.LongestLeft(), Duration::Millis(100)},
        [this, done](bool) {
          if (!faults_.status().ok()) return done(faults_.status());
          if (faults_.begun()) return done({});
          done(Error{ErrorCode::kUnavailable, "the fault was never seen in force"});
        });
  }

 private:
  const Setting& setting_;
  FaultControl& faults_;
  Prng& prng_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewFault(const Setting& setting, FaultControl& faults, Prng& prng) {
  return std::make_unique<FaultPhase>(setting, faults, prng);
}

}  // namespace lifeboat::drill
