#include "drill/background.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

class Baseline final : public Phase {
 public:
  Baseline(const Setting& setting, Generator& generator, Background& background,
           LiveTimeline& timeline)
      : setting_(setting),
        generator_(generator),
        background_(background),
        timeline_(timeline),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "baseline"; }
  void Start(Done done) override {
    timeline_.BeginBaseline(setting_.Micros());
    generator_.Start();
    background_.Start();
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
  Background& background_;
  LiveTimeline& timeline_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewBaseline(const Setting& setting, Generator& generator,
                                   Background& background, LiveTimeline& timeline) {
  return std::make_unique<Baseline>(setting, generator, background, timeline);
}

}  // namespace lifeboat::drill
