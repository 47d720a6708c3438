#include "client/lifeline.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kPoll = Duration::Seconds(1);
/// A look reads whole tables, so later ones are further apart.
constexpr Duration kLateLook = Duration::Seconds(5);
constexpr Duration kLateAfter = Duration::Seconds(30);
/// How long the return of answers and data is waited for, beside the assumed lag.
constexpr Duration kFailbackLimit = Duration::Minutes(3);

/// The load goes on, since clients that move back are what a failback is judged by.
class Failback final : public Phase {
 public:
  explicit Failback(RunContext& context) : context_(context), convergence_(context) {}
  std::string_view name() const override { return "failback"; }

  void Start(Done done) override {
    done_ = std::move(done);
    started_ = context_.Now();
    healed_count_ = context_.workload.write_count();
    expects_answers_ = context_.options.control == Control::kNone &&
                       TakesRegion(context_.scenario.faults.front().kind) &&
                       context_.scenario.lost_region() == context_.scenario.world.primary;
    if (context_.options.control == Control::kNoFault) return done_({});
    Look();
    Poll();
  }

 private:
  Duration Limit() const {
    const Duration lag =
        context_.scenario.assumed_lag ? context_.scenario.assumed_lag->max : Duration{};
    return kFailbackLimit + context_.scenario.failback_watch + lag * 2;
  }

  void Look() {
    if (converged_) return;
    convergence_.LookOnce(healed_count_, false, lifeline_.Guard([this](auto look) {
      if (look.ok() && look->equal) {
        converged_ = true;
        context_.timeline.OnConverged(context_.Micros(), true);
        return;
      }
      const bool late = context_.Now() - started_ >= kLateAfter;
      context_.host.scheduler.After(late ? kLateLook : kPoll, lifeline_.Guard([this] { Look(); }));
    }));
  }

  void Poll() {
    const Instant now = context_.Now();
    if (!answered_at_ && context_.dns->names_lost_region()) {
      answered_at_ = now;
      if (expects_answers_) context_.timeline.OnFailback(context_.Micros());
    }
    const Instant watch_from = expects_answers_ ? answered_at_.value_or(now) : started_;
    const bool watched = now - watch_from >= context_.scenario.failback_watch;
    if ((watched && converged_) || now - started_ >= Limit()) return done_({});
    const char* awaited = expects_answers_ && !answered_at_ ? "the answers to name the region again"
                          : converged_                      ? "clients to move back"
                                                            : "the regions to become equal";
    context_.host.display.Progress(awaited, now - started_, Limit());
    context_.host.scheduler.After(kPoll, lifeline_.Guard([this] { Poll(); }));
  }

  RunContext& context_;
  Convergence convergence_;
  Done done_;
  Instant started_;
  int64_t healed_count_ = 0;
  bool expects_answers_ = false;
  bool converged_ = false;
  std::optional<Instant> answered_at_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFailback(RunContext& context) {
  return std::make_unique<Failback>(context);
}

}  // namespace lifeboat::drill
