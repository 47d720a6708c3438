#include "client/lifeline.h"
#include "drill/fault_control.h"
#include "drill/lag_keeper.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

class Heal final : public Phase {
 public:
  Heal(const Setting& setting, FaultControl& faults, LagKeeper& lag)
      : setting_(setting),
        faults_(faults),
        lag_(lag),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "heal"; }

  void Start(Done done) override {
    waiting_.Start({[] { return false; }, [] { return "the end of the fault"; },
                    faults_.heals_at() - setting_.Now()},
                   [](bool) {});
    faults_.HealAll(lifeline_.Guard([this, done](Status status) {
      waiting_.Stop();
      if (!status.ok()) return done(Error{status.error().code, "heal: " + status.error().message});
      // A region that was started has forgotten its faults, the assumed lag too.
      lag_.Apply(done);
    }));
  }

 private:
  const Setting& setting_;
  FaultControl& faults_;
  LagKeeper& lag_;
  Waiting waiting_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewHeal(const Setting& setting, FaultControl& faults, LagKeeper& lag) {
  return std::make_unique<Heal>(setting, faults, lag);
}

}  // namespace lifeboat::drill
