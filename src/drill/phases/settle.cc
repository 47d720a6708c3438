#include <map>
#include <set>

#include "client/lifeline.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/waiting.h"
#include "drill/workload.h"

namespace lifeboat::drill {
namespace {

/// Looks come less often the longer it takes: each reads the whole table of every region.
constexpr Duration kNextLook = Duration::Seconds(1);
constexpr int64_t kNextLookShare = 4;  ///< Of the time waited so far.
/// How long the regions may take to become equal without load, beside the assumed lag.
constexpr Duration kSettleLimit = Duration::Minutes(2);

class Settle final : public Phase {
 public:
  Settle(const Setting& setting, Workload& workload, Generator& generator, DnsWatch& dns,
         LiveTimeline& timeline)
      : setting_(setting),
        generator_(generator),
        dns_(dns),
        workload_(workload),
        timeline_(timeline),
        convergence_(setting, workload),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "settle"; }

  void Start(Done done) override {
    done_ = std::move(done);
    started_ = setting_.Now();
    limit_ = kSettleLimit + generator_.LongestRequest();
    limit_ = limit_ + setting_.scenario.max_lag() * 2;
    // Without a failback nothing promises that the regions become equal again.
    waits_ = setting_.scenario.failback.by != FailbackSpec::By::kNone;
    generator_.Stop();
    dns_.Stop();
    // Requests in flight end by themselves, at the latest by their time-outs.
    waiting_.Start(
        {[this] { return generator_.idle(); }, [] { return "the last requests"; }, limit_},
        [this](bool) { Look(); });
  }

 private:
  void Look() {
    const Duration waited = setting_.Now() - started_;
    setting_.host.display.Progress("the regions to become equal", waited, limit_);
    const bool give_up = !waits_ || waited >= limit_;
    const Duration next = std::max(kNextLook, Duration::Nanos(waited.ns / kNextLookShare));
    convergence_.LookOnce({0, true}, lifeline_.Guard([this, give_up, next](auto look) {
      if (!look.ok() && give_up) return done_(look.error());
      if (look.ok() && (look->equal || give_up)) return Finish(*look);
      setting_.host.scheduler.After(next, lifeline_.Guard([this] { Look(); }));
    }));
  }

  void Finish(const Convergence::Look& look) {
    for (size_t i = 0; i < look.regions.size(); ++i)
      NoteFinal(setting_.scenario.world.regions[i], look.regions[i]);
    timeline_.OnConverged(setting_.Micros(), look.equal);
    done_({});
  }

  /// Every item of the run in the region, and every key that it hasn't.
  void NoteFinal(const std::string& region, const Contents& contents) {
    std::set<std::string> absent;
    std::map<std::string, Op> shared;
    for (const Workload::Key& key : workload_.keys()) {
      absent.insert(key.name);
      if (key.shared) shared[key.name] = *key.shared;
    }
    for (const auto& [item, found] : contents) {
      FinalLine line;
      line.region = region;
      line.key = found.key;
      line.item = item;
      line.seen = found.seq;
      // A counter's value is its number, whoever wrote last; any other's is who wrote it, too.
      const auto how = shared.find(found.key);
      if (how != shared.end() && how->second == Op::kIncrement)
        line.seen = found.counter;
      else if (how != shared.end())
        line.writer = found.writer;
      line.digest = found.digest;
      setting_.journal.Note(line);
      absent.erase(found.key);
    }
    for (const std::string& key : absent) {
      FinalLine line;
      line.region = region;
      line.key = key;
      setting_.journal.Note(line);
    }
  }

  const Setting& setting_;
  Generator& generator_;
  DnsWatch& dns_;
  Workload& workload_;
  LiveTimeline& timeline_;
  Convergence convergence_;
  Waiting waiting_;
  Done done_;
  Instant started_;
  Duration limit_;
  bool waits_ = true;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewSettle(const Setting& setting, Workload& workload, Generator& generator,
                                 DnsWatch& dns, LiveTimeline& timeline) {
  return std::make_unique<Settle>(setting, workload, generator, dns, timeline);
}

}  // namespace lifeboat::drill
