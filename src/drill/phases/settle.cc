#include <set>

#include "client/lifeline.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/generator.h"
#include "drill/phases/phases.h"

namespace lifeboat::drill {
namespace {

constexpr Duration kPoll = Duration::Millis(500);
constexpr Duration kNextLook = Duration::Seconds(1);
/// How long the regions may take to become equal without load, beside the assumed lag.
constexpr Duration kSettleLimit = Duration::Minutes(2);

class Settle final : public Phase {
 public:
  explicit Settle(RunContext& context) : context_(context), convergence_(context) {}
  std::string_view name() const override { return "settle"; }

  void Start(Done done) override {
    done_ = std::move(done);
    started_ = context_.Now();
    limit_ = kSettleLimit + context_.generator->LongestRequest();
    if (context_.scenario.assumed_lag) limit_ = limit_ + context_.scenario.assumed_lag->max * 2;
    context_.generator->Stop();
    context_.dns->Stop();
    Drain();
  }

 private:
  /// Requests in flight end by themselves, at the latest by their time-outs.
  void Drain() {
    if (context_.generator->idle()) return Look();
    context_.host.display.Progress("the last requests", context_.Now() - started_, limit_);
    context_.host.scheduler.After(kPoll, lifeline_.Guard([this] { Drain(); }));
  }

  void Look() {
    const Duration waited = context_.Now() - started_;
    context_.host.display.Progress("the regions to become equal", waited, limit_);
    const bool give_up = waited >= limit_;
    convergence_.LookOnce(0, true, lifeline_.Guard([this, give_up](auto look) {
      if (!look.ok() && give_up) return done_(look.error());
      if (look.ok() && (look->equal || give_up)) return Finish(*look);
      context_.host.scheduler.After(kNextLook, lifeline_.Guard([this] { Look(); }));
    }));
  }

  void Finish(const Convergence::Look& look) {
    for (size_t i = 0; i < look.regions.size(); ++i)
      NoteFinal(context_.scenario.world.regions[i], look.regions[i]);
    context_.timeline.OnConverged(context_.Micros(), look.equal);
    done_({});
  }

  /// Every item of the run in the region, and every key that it hasn't.
  void NoteFinal(const std::string& region, const Contents& contents) {
    std::set<std::string> absent;
    for (const Workload::Key& key : context_.workload.keys()) absent.insert(key.name);
    for (const auto& [item, product] : contents) {
      FinalLine line;
      line.region = region;
      line.key = product.key;
      line.item = item;
      line.seen = product.seq;
      line.digest = product.digest;
      context_.journal.Note(line);
      absent.erase(product.key);
    }
    for (const std::string& key : absent) {
      FinalLine line;
      line.region = region;
      line.key = key;
      context_.journal.Note(line);
    }
  }

  RunContext& context_;
  Convergence convergence_;
  Done done_;
  Instant started_;
  Duration limit_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewSettle(RunContext& context) { return std::make_unique<Settle>(context); }

}  // namespace lifeboat::drill
