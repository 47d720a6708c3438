#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

/// So many good windows long the standby carries all of the load after the audit.
constexpr int64_t kSustainedWindows = 2;

class Sustained final : public Phase {
 public:
  Sustained(const Setting& setting, Generator& generator, LiveTimeline& timeline)
      : setting_(setting),
        generator_(generator),
        timeline_(timeline),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "sustained"; }
  void Start(Done done) override {
    const bool worth_it = timeline_.recovered() && setting_.options.control == Control::kNone;
    if (!worth_it) return done({});
    waiting_.Start({[this] {
                      timeline_.Poll(generator_.settled());
                      return false;
                    },
                    [] { return "the standby under the whole load"; },
                    setting_.scenario.recovered.window * kSustainedWindows},
                   [done](bool) { done({}); });
  }

 private:
  const Setting& setting_;
  Generator& generator_;
  LiveTimeline& timeline_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewSustained(const Setting& setting, Generator& generator,
                                    LiveTimeline& timeline) {
  return std::make_unique<Sustained>(setting, generator, timeline);
}

}  // namespace lifeboat::drill
