#include "client/lifeline.h"
#include "drill/fault_control.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

class FaultPhase final : public Phase {
 public:
  explicit FaultPhase(RunContext& context) : context_(context) {}
  std::string_view name() const override { return "fault"; }

  /// All moments are drawn first, whatever comes of the faults, so that a seed means the same run.
  /// Done with the first fault in force; the others come by themselves.
  void Start(Done done) override {
    const std::vector<FaultSpec>& faults = context_.scenario.faults;
    const bool skip = context_.options.control == Control::kNoFault;
    for (size_t i = 0; i < faults.size(); ++i) {
      const Duration jitter = Duration::Nanos(context_.prng.Between(0, faults[i].jitter.ns));
      if (skip && i > 0) continue;
      context_.host.scheduler.After(faults[i].delay + jitter,
                                    lifeline_.Guard([this, i, skip, done] {
                                      if (skip) {
                                        context_.faults->Skip();
                                        return done({});
                                      }
                                      context_.faults->Inject(i, [i, done](const Status& status) {
                                        if (i == 0) done(status);
                                      });
                                    }));
      if (i == 0)
        context_.host.display.Progress("the moment of the fault", {}, faults[i].delay + jitter);
    }
  }

 private:
  RunContext& context_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFault(RunContext& context) {
  return std::make_unique<FaultPhase>(context);
}

}  // namespace lifeboat::drill
