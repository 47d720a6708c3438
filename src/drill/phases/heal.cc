#include "client/lifeline.h"
#include "drill/fault_control.h"
#include "drill/lag_keeper.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kPoll = Duration::Millis(500);

class Heal final : public Phase {
 public:
  explicit Heal(RunContext& context) : context_(context) {}
  std::string_view name() const override { return "heal"; }

  void Start(Done done) override {
    started_ = context_.Now();
    ends_ = context_.faults->heals_at();
    Poll();
    context_.faults->HealAll(lifeline_.Guard([this, done](Status status) {
      healing_ = false;
      if (!status.ok()) return done(Error{status.error().code, "heal: " + status.error().message});
      // A region that was started has forgotten its faults, the assumed lag too.
      context_.lag.Apply(done);
    }));
  }

 private:
  void Poll() {
    if (!healing_) return;
    context_.host.display.Progress("the end of the fault", context_.Now() - started_,
                                   ends_ - started_);
    context_.host.scheduler.After(kPoll, lifeline_.Guard([this] { Poll(); }));
  }

  RunContext& context_;
  bool healing_ = true;
  Instant started_;
  Instant ends_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewHeal(RunContext& context) { return std::make_unique<Heal>(context); }

}  // namespace lifeboat::drill
