#include "client/lifeline.h"
#include "drill/convergence.h"
#include "drill/generator.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

constexpr size_t kSeedKeys = 200;
/// Creates under way at once.
constexpr size_t kAtOnce = 16;
constexpr Duration kSeedLimit = Duration::Minutes(3);
constexpr Duration kNextLook = Duration::Millis(250);

class Seed final : public Phase {
 public:
  Seed(const Setting& setting, Generator& generator, Workload& workload)
      : setting_(setting),
        generator_(generator),
        workload_(workload),
        convergence_(setting, workload),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "seed"; }

  void Start(Done done) override {
    done_ = std::move(done);
    waiting_.Start({[this] { return Written(); }, [] { return "the target to answer"; }, kSeedLimit,
                    Duration::Millis(50)},
                   [this](bool) {
                     if (!generator_.misfit().empty()) return End(generator_.misfit());
                     if (workload_.seed_keys() >= kSeedKeys) return AwaitEqual();
                     End(fmt::format(
                         "{} did not take {} creates within {}; the attempts in the "
                         "journal say why",
                         setting_.scenario.target_url, kSeedKeys, FormatDuration(kSeedLimit)));
                   });
  }

 private:
  /// Sends what is lacking; a create that fails is made up for by another one.
  bool Written() {
    if (!generator_.misfit().empty()) return true;
    const size_t have = workload_.seed_keys();
    while (generator_.in_flight() < kAtOnce) {
      const auto shared = workload_.NextPoolSeed();
      if (!shared) break;
      generator_.Send(*shared);
    }
    while (generator_.in_flight() < kAtOnce && have + generator_.in_flight() < kSeedKeys)
      generator_.Send(workload_.NextSeed());
    return have >= kSeedKeys && workload_.pools_created() && generator_.idle();
  }

  void AwaitEqual() {
    Look();
    waiting_.Start(
        {[this] { return equal_; }, [] { return "the regions to show the seed keys alike"; },
         EqualLimit()},
        [this](bool equal) {
          End(equal ? ""
                    : fmt::format("the regions did not show the seed keys alike "
                                  "within {}{}",
                                  FormatDuration(EqualLimit()), why_.empty() ? "" : ": " + why_));
        });
  }

  /// Where the pre-flight only reports, what nothing copies is not waited for that long.
  Duration EqualLimit() const {
    const Duration patience =
        setting_.scenario.preflight_reports ? Duration::Seconds(10) : Duration::Minutes(1);
    return patience + setting_.scenario.max_lag() * 2;
  }

  void Look() {
    convergence_.LookOnce({0, true, false}, lifeline_.Guard([this](const auto& look) {
      equal_ = look.ok() && look->equal && look->regions.front().size() >= kSeedKeys;
      if (equal_) return;
      why_ = look.ok() ? "" : look.error().message;
      setting_.host.scheduler.After(kNextLook, lifeline_.Guard([this] { Look(); }));
    }));
  }

  void End(const std::string& error) {
    SeedLine line;
    line.keys = static_cast<int64_t>(workload_.seed_keys());
    line.equal = equal_;
    line.error = error;
    setting_.journal.Note(line);
    const bool goes_on = setting_.scenario.preflight_reports && workload_.seed_keys() >= kSeedKeys;
    if (error.empty() || goes_on) return done_({});
    done_(Error{ErrorCode::kUnavailable, error});
  }

  const Setting& setting_;
  Generator& generator_;
  Workload& workload_;
  Convergence convergence_;
  Waiting waiting_;
  bool equal_ = false;
  std::string why_;
  Done done_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewSeed(const Setting& setting, Generator& generator, Workload& workload) {
  return std::make_unique<Seed>(setting, generator, workload);
}

}  // namespace lifeboat::drill
