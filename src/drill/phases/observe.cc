#include "drill/dns_watch.h"
#include "drill/fault_control.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/operator_decision.h"
#include "drill/phases/phases.h"
#include "drill/standby_watch.h"
#include "drill/waiting.h"

namespace lifeboat::drill {
namespace {

/// Ends with a good window of every counted cohort, all faults being in force; or when that can't
/// come any more within the limit; or when it is certain that it won't come.
class Observe final : public Phase {
 public:
  Observe(const Setting& setting, const ObserveParts& parts)
      : setting_(setting),
        parts_(parts),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "observe"; }
  void Start(Done done) override {
    began_ = setting_.Micros();
    waiting_.Start(
        {[this] { return Over(); }, [this] { return WaitingFor(); }, AtMost()}, [this, done](bool) {
          parts_.decision.EndOutage();
          done(parts_.faults.status().ok() ? parts_.decision.status() : parts_.faults.status());
        });
  }

 private:
  /// The lesser of the objective and observe_for. A good window that begins at the limit still
  /// counts, so it is seen through; and so is the longest request.
  Duration AtMost() const {
    const Scenario& s = setting_.scenario;
    return std::min(s.rto, s.observe_for) + s.recovered.window + parts_.generator.LongestRequest();
  }

  std::string WaitingFor() const {
    return parts_.decision.awaits_person() ? "you: type `decide NAME` when you decide to fail over"
                                           : parts_.timeline.waiting_for();
  }

  bool Over() {
    LiveTimeline& timeline = parts_.timeline;
    const int64_t t0 = timeline.t0().value_or(began_);
    if (const auto since = parts_.dns.survivors_only_since(); since && *since >= t0)
      timeline.OnExecuted(*since);
    timeline.Poll(parts_.generator.settled());
    parts_.decision.Poll();
    if (!parts_.faults.status().ok() || !parts_.decision.status().ok()) return true;
    // An outage that was over before anyone noticed is not decided about any more.
    const bool decided =
        parts_.decision.complete() || (!parts_.decision.under_way() && parts_.faults.all_lifted());
    if (timeline.recovered() && parts_.faults.all_were_in_force() && decided) return true;
    return setting_.scenario.early_verdict && setting_.options.control != Control::kNoFault &&
           setting_.scenario.decision.by == DecisionSpec::By::kHealthCheck &&
           parts_.standby.Hopeless(t0, setting_.Micros());
  }

  const Setting& setting_;
  ObserveParts parts_;
  Waiting waiting_;
  int64_t began_ = 0;
};

}  // namespace

std::unique_ptr<Phase> NewObserve(const Setting& setting, const ObserveParts& parts) {
  return std::make_unique<Observe>(setting, parts);
}

}  // namespace lifeboat::drill
