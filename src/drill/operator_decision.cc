#include "drill/operator_decision.h"

#include "drill/prompt.h"
#include "drill/typed_word.h"

namespace lifeboat::drill {
namespace {

constexpr char kAsk[] = "you: type `decide NAME` when you decide to fail over";

}  // namespace

void OperatorDecision::BeginOutage() {
  const DecisionSpec& spec = setting_.scenario.decision;
  state_ = State::kWatching;
  decides_at_ = 0;
  if (spec.by != DecisionSpec::By::kPrompt) return;
  curtain_.Say(fmt::format("Look after the service as you would. {}{}", kAsk + 5,
                           spec.run.run.empty() ? ", and `done` when you have failed over" : ""));
  if (spec.blind) curtain_.Close(kAsk);
  setting_.host.prompt->Listen(lifeline_.Guard([this](const std::string& line) { OnTyped(line); }));
}

void OperatorDecision::EndOutage() {
  if (setting_.scenario.decision.by != DecisionSpec::By::kPrompt) return;
  curtain_.Open();
  setting_.host.prompt->Listen([](const std::string&) {});
}

bool OperatorDecision::complete() const {
  return setting_.scenario.decision.by == DecisionSpec::By::kHealthCheck || state_ == State::kReady;
}

bool OperatorDecision::awaits_person() const {
  return setting_.scenario.decision.by == DecisionSpec::By::kPrompt && state_ == State::kWatching;
}

void OperatorDecision::OnTyped(const std::string& line) {
  const TypedWord typed = ParseTyped(line);
  const bool by_hand = setting_.scenario.decision.run.run.empty();
  if (typed.word == "decide" && state_ == State::kWatching) return OnDecided(typed.name);
  if (typed.word == "done" && state_ == State::kFailingOver && by_hand)
    return OnFailedOver("typed");
  if (state_ == State::kWatching)
    curtain_.Say("type `decide NAME` when you decide to fail over");
  else if (state_ == State::kFailingOver && by_hand)
    curtain_.Say("type `done` when you have failed over");
}

void OperatorDecision::OnDecided(const std::string& name) {
  if (name.empty()) return curtain_.Say("who decides? Type `decide` and your name");
  by_ = name;
  if (!timeline_.t0()) {
    Note("false-alarm", "typed");
    // Whoever is blind must not learn from the answer that nothing has happened yet.
    return curtain_.Say(
        setting_.scenario.decision.blind
            ? "noted; the drill goes on"
            : "noted as a false alarm: no fault is in force yet; the drill goes on");
  }
  curtain_.Open();
  Note("decided", setting_.scenario.decision.blind ? "typed, blind" : "typed");
  timeline_.OnDecided(setting_.Micros(), name);
  FailOver();
}

/// Microseconds since the run began; T1 by the health check, or by the first failures.
std::optional<int64_t> OperatorDecision::NoticedAt() const {
  std::optional<int64_t> noticed = timeline_.t1();
  const auto& first_failures = setting_.scenario.decision.first_failures;
  if (const auto failed = timeline_.first_failure(); first_failures && failed) {
    const int64_t at = *failed + first_failures->ns / 1000;
    if (at <= setting_.Micros() && (!noticed || at < *noticed)) noticed = at;
  }
  return noticed;
}

void OperatorDecision::Note(std::string_view state, const std::string& source) {
  DecisionLine line;
  line.state = state;
  line.by = by_;
  line.source = source;
  setting_.journal.Note(line);
}

void OperatorDecision::Poll() {
  if (setting_.scenario.decision.by != DecisionSpec::By::kOperator) return;
  if (state_ == State::kWatching) {
    const auto noticed = NoticedAt();
    if (!noticed) return;
    state_ = State::kReacting;
    decides_at_ = *noticed + setting_.scenario.decision.reaction.ns / 1000;
  }
  if (state_ == State::kReacting && setting_.Micros() >= decides_at_) {
    Note("decided", fmt::format("scripted, a reaction of {}",
                                FormatDuration(setting_.scenario.decision.reaction)));
    timeline_.OnDecided(setting_.Micros(), "operator");
    FailOver();
  }
}

void OperatorDecision::FailOver() {
  state_ = State::kFailingOver;
  if (setting_.scenario.decision.run.run.empty()) return;  // By hand, until `done`.
  commands_.Run(setting_.scenario.decision.run, lifeline_.Guard([this](const Status& status) {
    if (status.ok()) return OnFailedOver("failover");
    status_ = status;
  }));
}

void OperatorDecision::OnFailedOver(const std::string& source) {
  Note("command-ended", source);
  GetReady();
}

void OperatorDecision::GetReady() {
  state_ = State::kGettingReady;
  if (!setting_.scenario.decision.ready) {
    state_ = State::kReady;
    return;
  }
  commands_.Run(*setting_.scenario.decision.ready, lifeline_.Guard([this](const Status& status) {
    if (status.ok()) {
      state_ = State::kReady;
      return Note("ready", "the scenario's command");
    }
    setting_.host.scheduler.After(kReadyInterval, lifeline_.Guard([this] { GetReady(); }));
  }));
}

}  // namespace lifeboat::drill
