#include "client/lifeline.h"
#include "drill/dns_watch.h"
#include "drill/fault_control.h"
#include "drill/generator.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kPoll = Duration::Millis(500);

class Observe final : public Phase {
 public:
  explicit Observe(RunContext& context) : context_(context) {}
  std::string_view name() const override { return "observe"; }
  void Start(Done done) override {
    done_ = std::move(done);
    started_ = context_.Now();
    Poll();
  }

 private:
  /// With the control without a standby record there is nothing to wait for beyond the fault's end.
  Duration AtMost() const {
    const auto& lasts = context_.scenario.faults.front().lasts;
    const Duration all = context_.scenario.observe_for;
    if (context_.options.control != Control::kNoRecovery || !lasts) return all;
    return std::min(all, *lasts);
  }

  void Poll() {
    LiveTimeline& timeline = context_.timeline;
    if (const auto since = context_.dns->survivors_only_since();
        since && *since >= timeline.t0().value_or(0))
      timeline.OnExecuted(*since);
    timeline.Poll(context_.generator->settled());
    const Duration waited = context_.Now() - started_;
    if (timeline.recovered() || waited >= AtMost()) return done_({});
    context_.host.display.Progress(timeline.waiting_for(), waited, AtMost());
    context_.host.scheduler.After(kPoll, lifeline_.Guard([this] { Poll(); }));
  }

  RunContext& context_;
  Done done_;
  Instant started_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewObserve(RunContext& context) {
  return std::make_unique<Observe>(context);
}

}  // namespace lifeboat::drill
