#include "client/lifeline.h"
#include "drill/generator.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

/// Keys that each cohort has before the baseline begins, so that there is something to read.
constexpr size_t kWarmUpKeys = 10;
constexpr Duration kWarmUpLimit = Duration::Minutes(3);
constexpr Duration kPoll = Duration::Millis(500);

class WarmUp final : public Phase {
 public:
  explicit WarmUp(RunContext& context) : context_(context) {}
  std::string_view name() const override { return "warm-up"; }
  void Start(Done done) override {
    done_ = std::move(done);
    started_ = context_.Now();
    Poll();
  }

 private:
  /// Sends what is lacking, round by round; a round that fails is sent again.
  void Poll() {
    const size_t cohorts = context_.scenario.cohorts.size();
    bool all = true;
    for (size_t cohort = 0; cohort < cohorts; ++cohort) {
      const size_t have = context_.workload.live_keys(cohort);
      all = all && have >= kWarmUpKeys;
    }
    if (all && context_.generator->idle()) return done_({});
    const Duration waited = context_.Now() - started_;
    if (waited > kWarmUpLimit)
      return done_(Error{
          ErrorCode::kUnavailable,
          fmt::format("{} did not take {} creates of each cohort within {}; the "
                      "attempts in the journal say why",
                      context_.scenario.target_url, kWarmUpKeys, FormatDuration(kWarmUpLimit))});
    context_.host.display.Progress("the target to answer", waited, kWarmUpLimit);
    if (context_.generator->idle())
      for (size_t cohort = 0; cohort < cohorts; ++cohort)
        for (size_t n = context_.workload.live_keys(cohort); n < kWarmUpKeys; ++n)
          context_.generator->Send(context_.workload.NextCreate(cohort));
    context_.host.scheduler.After(kPoll, lifeline_.Guard([this] { Poll(); }));
  }

  RunContext& context_;
  Done done_;
  Instant started_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewWarmUp(RunContext& context) { return std::make_unique<WarmUp>(context); }

}  // namespace lifeboat::drill
