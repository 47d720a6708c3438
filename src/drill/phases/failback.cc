#include "client/lifeline.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kFirstLooks = Duration::Seconds(1);
/// A look reads whole tables, so later ones are further apart.
constexpr Duration kLateLook = Duration::Seconds(5);
constexpr Duration kLateAfter = Duration::Seconds(30);
/// How long the return of answers and data is waited for, beside the assumed lag.
constexpr Duration kFailbackLimit = Duration::Minutes(3);

/// The load goes on, since clients that move back are what a failback is judged by.
class Failback final : public Phase {
 public:
  Failback(const Setting& setting, Workload& workload, DnsWatch& dns, LiveTimeline& timeline)
      : setting_(setting),
        workload_(workload),
        dns_(dns),
        timeline_(timeline),
        convergence_(setting, workload),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "failback"; }

  void Start(Done done) override {
    started_ = setting_.Now();
    healed_count_ = workload_.write_count();
    expects_answers_ = setting_.options.control == Control::kNone &&
                       setting_.scenario.takes_region() &&
                       setting_.scenario.lost_region() == setting_.scenario.world.primary;
    if (setting_.options.control == Control::kNoFault) return done({});
    Look();
    waiting_.Start({[this] { return FailedBack(); }, [this] { return WaitingFor(); }, Limit()},
                   [done](bool) { done({}); });
  }

 private:
  Duration Limit() const {
    const Duration lag =
        setting_.scenario.assumed_lag ? setting_.scenario.assumed_lag->max : Duration{};
    return kFailbackLimit + setting_.scenario.failback_watch + lag * 2;
  }

  void Look() {
    if (converged_) return;
    convergence_.LookOnce(healed_count_, false, lifeline_.Guard([this](auto look) {
      if (look.ok() && look->equal) {
        converged_ = true;
        timeline_.OnConverged(setting_.Micros(), true);
        return;
      }
      const bool late = setting_.Now() - started_ >= kLateAfter;
      setting_.host.scheduler.After(late ? kLateLook : kFirstLooks,
                                    lifeline_.Guard([this] { Look(); }));
    }));
  }

  bool FailedBack() {
    const Instant now = setting_.Now();
    if (!answered_at_ && dns_.names_lost_region()) {
      answered_at_ = now;
      if (expects_answers_) timeline_.OnFailback(setting_.Micros());
    }
    const Instant watch_from = expects_answers_ ? answered_at_.value_or(now) : started_;
    return now - watch_from >= setting_.scenario.failback_watch && converged_;
  }

  std::string WaitingFor() const {
    if (expects_answers_ && !answered_at_) return "the answers to name the region again";
    return converged_ ? "clients to move back" : "the regions to become equal";
  }

  const Setting& setting_;
  Workload& workload_;
  DnsWatch& dns_;
  LiveTimeline& timeline_;
  Convergence convergence_;
  Waiting waiting_;
  Instant started_;
  int64_t healed_count_ = 0;
  bool expects_answers_ = false;
  bool converged_ = false;
  std::optional<Instant> answered_at_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFailback(const Setting& setting, Workload& workload, DnsWatch& dns,
                                   LiveTimeline& timeline) {
  return std::make_unique<Failback>(setting, workload, dns, timeline);
}

}  // namespace lifeboat::drill
