#include "client/lifeline.h"
#include "drill/dns_watch.h"
#include "drill/generator.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kPoll = Duration::Millis(500);

class Baseline final : public Phase {
 public:
  explicit Baseline(RunContext& context) : context_(context) {}
  std::string_view name() const override { return "baseline"; }
  void Start(Done done) override {
    done_ = std::move(done);
    started_ = context_.Now();
    context_.timeline.BeginBaseline(context_.Micros());
    context_.dns->Start();
    context_.generator->Start();
    Poll();
  }

 private:
  void Poll() {
    const Duration waited = context_.Now() - started_;
    const Duration length = context_.scenario.baseline;
    if (waited >= length) {
      if (context_.timeline.EndBaseline()) return done_({});
      return done_(Error{ErrorCode::kUnavailable, "bad baseline: no fault was injected"});
    }
    context_.host.display.Progress("the baseline", waited, length);
    context_.host.scheduler.After(std::min(kPoll, length - waited),
                                  lifeline_.Guard([this] { Poll(); }));
  }

  RunContext& context_;
  Done done_;
  Instant started_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewBaseline(RunContext& context) {
  return std::make_unique<Baseline>(context);
}

}  // namespace lifeboat::drill
