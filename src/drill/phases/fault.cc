#include "client/lifeline.h"
#include "drill/fault_control.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

class FaultPhase final : public Phase {
 public:
  FaultPhase(const Setting& setting, FaultControl& faults, Prng& prng)
      : setting_(setting), faults_(faults), prng_(prng) {}
  std::string_view name() const override { return "fault"; }

  /// All moments are drawn first, whatever comes of the faults, so that a seed means the same run.
  /// Done with the first fault in force; the others come by themselves.
  void Start(Done done) override {
    const std::vector<FaultSpec>& faults = setting_.scenario.faults;
    const bool skip = setting_.options.control == Control::kNoFault;
    for (size_t i = 0; i < faults.size(); ++i) {
      const Duration jitter = Duration::Nanos(prng_.Between(0, faults[i].jitter.ns));
      if (skip && i > 0) continue;
      setting_.host.scheduler.After(faults[i].delay + jitter,
                                    lifeline_.Guard([this, i, skip, done] {
                                      if (skip) {
                                        faults_.Skip();
                                        return done({});
                                      }
                                      faults_.Inject(i, [i, done](const Status& status) {
                                        if (i == 0) done(status);
                                      });
                                    }));
      if (i == 0)
        setting_.host.display.Progress("the moment of the fault", {}, faults[i].delay + jitter);
    }
  }

 private:
  const Setting& setting_;
  FaultControl& faults_;
  Prng& prng_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFault(const Setting& setting, FaultControl& faults, Prng& prng) {
  return std::make_unique<FaultPhase>(setting, faults, prng);
}

}  // namespace lifeboat::drill
