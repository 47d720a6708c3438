#include "drill/generator.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

/// Keys that each cohort has before the baseline begins, so that there is something to read.
constexpr size_t kWarmUpKeys = 10;
constexpr Duration kWarmUpLimit = Duration::Minutes(3);

class WarmUp final : public Phase {
 public:
  WarmUp(const Setting& setting, Generator& generator, Workload& workload)
      : setting_(setting),
        generator_(generator),
        workload_(workload),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "warm-up"; }
  void Start(Done done) override {
    waiting_.Start(
        {[this] { return Complete(); }, [] { return "the target to answer"; }, kWarmUpLimit},
        [this, done](bool complete) {
          if (complete) return done({});
          done(Error{ErrorCode::kUnavailable,
                     fmt::format("{} did not take {} creates of each cohort within {}; "
                                 "the attempts in the journal say why",
                                 setting_.scenario.target_url, kWarmUpKeys,
                                 FormatDuration(kWarmUpLimit))});
        });
  }

 private:
  /// Sends what is lacking, round by round; a round that fails is sent again.
  bool Complete() {
    if (!generator_.idle()) return false;
    const size_t cohorts = setting_.scenario.cohorts.size();
    bool all = true;
    for (size_t cohort = 0; cohort < cohorts; ++cohort)
      for (size_t n = workload_.live_keys(cohort); n < kWarmUpKeys; ++n) {
        all = false;
        generator_.Send(workload_.NextCreate(cohort));
      }
    return all;
  }

  const Setting& setting_;
  Generator& generator_;
  Workload& workload_;
  Waiting waiting_;
};

}  // namespace

std::unique_ptr<Phase> NewWarmUp(const Setting& setting, Generator& generator, Workload& workload) {
  return std::make_unique<WarmUp>(setting, generator, workload);
}

}  // namespace lifeboat::drill
