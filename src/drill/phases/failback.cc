#include "client/lifeline.h"
#include "drill/commands.h"
#include "drill/convergence.h"
#include "drill/dns_watch.h"
#include "drill/failback_watch.h"
#include "drill/generator.h"
#include "drill/live_timeline.h"
#include "drill/phases/phases.h"
#include "drill/prompt.h"
#include "drill/typed_word.h"
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
    if (setting_.scenario.failback.by == FailbackSpec::By::kPrompt)
      setting_.host.prompt->Listen(
          lifeline_.Guard([this](const std::string& line) { OnTyped(line); }));
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
    if (IsHeld() && !BroughtBack()) return false;
    if (!answered_at_ && parts_.dns.names_lost_region()) {
      answered_at_ = now;
      if (expects_return_) parts_.timeline.OnFailback(now);
    }
    const auto good = watch_->good_since();
    // Without a failback nothing promises that the regions become equal again.
    const bool one_way = setting_.scenario.failback.by == FailbackSpec::By::kNone;
    if (!good || (!converged_ && !one_way)) return false;
    int64_t t6 = *good;
    if (expects_return_) {
      const auto returned = watch_->returned_at();
      if (!answered_at_ || !returned) return false;
      t6 = std::max({t6, *answered_at_, *returned});
    }
    const int64_t watched =
        std::max(parts_.timeline.window_rule().window, setting_.scenario.failback_watch.ns / 1000);
    if (now < t6 + watched) return false;
    if (expects_return_) parts_.timeline.OnFailbackGood(t6, committed_at_);
    return true;
  }

  /// Somebody decides when the traffic comes back.
  bool IsHeld() const {
    const FailbackSpec::By by = setting_.scenario.failback.by;
    return by == FailbackSpec::By::kOperator || by == FailbackSpec::By::kPrompt;
  }

  /// The failback is held until what `when` names is so. Then the operator commits, scripted at
  /// once, a person by typing it; the command follows, or a person's own hands.
  bool BroughtBack() {
    const FailbackSpec& spec = setting_.scenario.failback;
    if (!committed_ && !(spec.when_equal && !converged_) && spec.by == FailbackSpec::By::kOperator)
      Commit("operator", "scripted");
    return brought_back_;
  }

  void Commit(const std::string& by, std::string_view source) {
    const FailbackSpec& spec = setting_.scenario.failback;
    committed_ = true;
    committed_at_ = setting_.Micros();
    by_ = by;
    source_ = source;
    NoteDecision("failback-decided");
    if (spec.run.run.empty()) return;  // By hand, until `done`.
    parts_.commands.Run(spec.run, lifeline_.Guard([this](const Status& status) {
      status_ = status;
      if (status.ok()) OnBroughtBack();
    }));
  }

  void OnBroughtBack() {
    brought_back_ = true;
    NoteDecision("failback-command-ended");
  }

  void OnTyped(const std::string& line) {
    const FailbackSpec& spec = setting_.scenario.failback;
    const TypedWord typed = ParseTyped(line);
    if (brought_back_) return;
    if (typed.word == "failback" && !committed_) {
      if (typed.name.empty()) return Say("who decides? Type `failback` and your name");
      if (spec.when_equal && !converged_) return Say("not yet: the regions differ");
      return Commit(typed.name, "typed");
    }
    if (typed.word == "done" && committed_ && spec.run.run.empty()) return OnBroughtBack();
    if (!committed_) Say("type `failback NAME` when you decide to bring the traffic back");
    if (committed_ && spec.run.run.empty()) Say("type `done` when the traffic may come back");
  }

  void Say(const std::string& text) { setting_.host.display.Line(text); }

  void NoteDecision(std::string_view state) {
    DecisionLine line;
    line.state = state;
    line.by = by_;
    line.source = source_;
    setting_.journal.Note(line);
  }

  /// What a held failback waits for.
  std::string Holding() const {
    const FailbackSpec& spec = setting_.scenario.failback;
    if (!committed_ && spec.when_equal && !converged_) return "the regions to become equal";
    if (!committed_) return "you: type `failback NAME` when you decide to bring the traffic back";
    return spec.run.run.empty() ? "you: type `done` when the traffic may come back"
                                : "the failback command";
  }

  std::string WaitingFor() const {
    if (IsHeld() && !brought_back_) return Holding();
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
  bool committed_ = false;
  std::optional<int64_t> committed_at_;
  bool brought_back_ = false;
  std::string by_;
  std::string source_;
  Status status_;
  std::optional<int64_t> answered_at_;
  client::Lifeline lifeline_;
};

}  // namespace

std::unique_ptr<Phase> NewFailback(const Setting& setting, const FailbackParts& parts) {
  return std::make_unique<Failback>(setting, parts);
}

}  // namespace lifeboat::drill
