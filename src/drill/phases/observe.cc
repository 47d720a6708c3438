#include "drill/dns_watch.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

class Observe final : public Phase {
 public:
  Observe(const Setting& setting, Generator& generator, DnsWatch& dns, LiveTimeline& timeline)
      : setting_(setting),
        generator_(generator),
        dns_(dns),
        timeline_(timeline),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "observe"; }
  void Start(Done done) override {
    waiting_.Start(
        {[this] { return Recovered(); }, [this] { return timeline_.waiting_for(); }, AtMost()},
        [done](bool) { done({}); });
  }

 private:
  /// With the control without a standby record there is nothing to wait for beyond the fault's end.
  Duration AtMost() const {
    const auto& lasts = setting_.scenario.faults.front().lasts;
    const Duration all = setting_.scenario.observe_for;
    if (setting_.options.control != Control::kNoRecovery || !lasts) return all;
    return std::min(all, *lasts);
  }

  bool Recovered() {
    if (const auto since = dns_.survivors_only_since();
        since && *since >= timeline_.t0().value_or(0))
      timeline_.OnExecuted(*since);
    timeline_.Poll(generator_.settled());
    return timeline_.recovered();
  }

  const Setting& setting_;
  Generator& generator_;
  DnsWatch& dns_;
  LiveTimeline& timeline_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewObserve(const Setting& setting, Generator& generator, DnsWatch& dns,
                                  LiveTimeline& timeline) {
  return std::make_unique<Observe>(setting, generator, dns, timeline);
}

}  // namespace lifeboat::drill
