#include "client/lifeline.h"
#include "drill/commands.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/failback_watch.h"
#include "drill/generator.h"
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

/// Waits for T6 and one good window more. The load goes on, since clients that move back are what a
/// failback is judged by.
class Failback final : public Phase {
 public:
  Failback(const Setting& setting, const FailbackParts& parts)
      : setting_(setting),
        parts_(parts),
        convergence_(setting, parts.workload),
        waiting_(setting.host.clock, setting.host.scheduler, setting.host.display) {}
  std::string_view name() const override { return "failback"; }

  void Start(Done done) override {
    started_ = setting_.Now();
    healed_count_ = parts_.workload.write_count();
    expects_return_ = setting_.options.control == Control::kNone &&
                      setting_.scenario.takes_region() &&
                      setting_.scenario.lost_region() == setting_.scenario.world.primary &&
                      parts_.timeline.t0().has_value();
    if (setting_.options.control == Control::kNoFault) return done({});
    watch_.emplace(setting_.scenario, parts_.timeline.window_rule(), setting_.Micros());
    expects_return_ = expects_return_ && setting_.scenario.failback.by != FailbackSpec::By::kNone;
    Look();
    waiting_.Start({[this] { return FailedBack(); }, [this] { return WaitingFor(); }, Limit()},
                   [this, done](bool) { done(status_); });
  }

  void OnRequestEnd(const RequestEnd& end) override {
    if (watch_) watch_->OnRequestEnd(end);
  }

 private:
  Duration Limit() const {
    const Scenario& s = setting_.scenario;
    return std::min(s.failback_rto, s.observe_for) + s.recovered.window + s.max_lag() * 2;
  }

  void Look() {
    if (converged_) return;
    convergence_.LookOnce({healed_count_, false}, lifeline_.Guard([this](auto look) {
      if (look.ok() && look->equal) {
        converged_ = true;
        parts_.timeline.OnConverged(setting_.Micros(), true);
        return;
      }
      const bool late = setting_.Now() - started_ >= kLateAfter;
      setting_.host.scheduler.After(late ? kLateLook : kFirstLooks,
                                    lifeline_.Guard([this] { Look(); }));
    }));
  }

  /// T6 + window has passed and the regions are equal.
  bool FailedBack() {
    const int64_t now = setting_.Micros();
    watch_->Poll(parts_.generator.settled());
    if (!status_.ok()) return true;
    if (setting_.scenario.failback.by == FailbackSpec::By::kOperator && !CommandEnded())
      return false;
    if (!answered_at_ && parts_.dns.names_lost_region()) {
      answered_at_ = now;
      if (expects_return_) parts_.timeline.OnFailback(now);
    }
    const auto good = watch_->good_since();
    if (!good || !converged_) return false;
    int64_t t6 = *good;
    if (expects_return_) {
      const auto returned = watch_->returned_at();
      if (!answered_at_ || !returned) return false;
      t6 = std::max({t6, *answered_at_, *returned});
    }
    return now >= t6 + std::max(parts_.timeline.window_rule().window,
                                setting_.scenario.failback_watch.ns / 1000);
  }

  /// The operator holds the failback until what `when` names is so, then runs the command.
  bool CommandEnded() {
    const FailbackSpec& spec = setting_.scenario.failback;
    if (command_asked_ || (spec.when_equal && !converged_)) return command_ended_;
    command_asked_ = true;
    NoteDecision("failback-decided");
    parts_.commands.Run(spec.run, lifeline_.Guard([this](const Status& status) {
      status_ = status;
      command_ended_ = true;
      if (status.ok()) NoteDecision("failback-command-ended");
    }));
    return command_ended_;
  }

  void NoteDecision(std::string_view state) {
    DecisionLine line;
    line.state = state;
    line.by = "operator";
    line.source = "scripted";
    setting_.journal.Note(line);
  }

  std::string WaitingFor() const {
    if (setting_.scenario.failback.by == FailbackSpec::By::kOperator && !command_ended_)
      return command_asked_ ? "the failback command" : "the regions to become equal";
    if (expects_return_ && !answered_at_) return "the answers to name the region again";
    if (!converged_) return "the regions to become equal";
    return expects_return_ ? watch_->Lacking() : "a good window of every cohort";
  }

  const Setting& setting_;
  FailbackParts parts_;
  Convergence convergence_;
  Waiting waiting_;
  std::optional<FailbackWatch> watch_;
  Instant started_;
  int64_t healed_count_ = 0;
  bool expects_return_ = false;
  bool converged_ = false;
  bool command_asked_ = false;
  bool command_ended_ = false;
  Status status_;
  std::optional<int64_t> answered_at_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFailback(const Setting& setting, const FailbackParts& parts) {
  return std::make_unique<Failback>(setting, parts);
}

}  // namespace lifeboat::drill
