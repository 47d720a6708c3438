#include "drill/dns_watch.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

class Baseline final : public Phase {
 public:
  Baseline(const Setting& setting, Generator& generator, DnsWatch& dns, LiveTimeline& timeline)
      : setting_(setting),
        generator_(generator),
        dns_(dns),
        timeline_(timeline),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "baseline"; }
  void Start(Done done) override {
    timeline_.BeginBaseline(setting_.Micros());
    dns_.Start();
    generator_.Start();
    waiting_.Start(
        {[] { return false; }, [] { return "the baseline"; }, setting_.scenario.baseline},
        [this, done](bool) {
          if (timeline_.EndBaseline()) return done({});
          done(Error{ErrorCode::kUnavailable, "bad baseline: no fault was injected"});
        });
  }

 private:
  const Setting& setting_;
  Generator& generator_;
  DnsWatch& dns_;
  LiveTimeline& timeline_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewBaseline(const Setting& setting, Generator& generator, DnsWatch& dns,
                                   LiveTimeline& timeline) {
  return std::make_unique<Baseline>(setting, generator, dns, timeline);
}

}  // namespace lifeboat::drill
