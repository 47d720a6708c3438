#include "drill/operator_decision.h"

namespace lifeboat::drill {

bool OperatorDecision::complete() const {
  return setting_.scenario.decision.by == DecisionSpec::By::kHealthCheck || state_ == State::kReady;
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
  line.by = "operator";
  line.source = source;
  setting_.journal.Note(line);
}

void OperatorDecision::Poll() {
  if (setting_.scenario.decision.by == DecisionSpec::By::kHealthCheck) return;
  if (state_ == State::kWatching) {
    const auto noticed = NoticedAt();
    if (!noticed) return;
    state_ = State::kReacting;
    decides_at_ = *noticed + setting_.scenario.decision.reaction.ns / 1000;
  }
  if (state_ == State::kReacting && setting_.Micros() >= decides_at_) {
    Note("decided", fmt::format("scripted, a reaction of {}",
                                FormatDuration(setting_.scenario.decision.reaction)));
    FailOver();
  }
}

void OperatorDecision::FailOver() {
  state_ = State::kFailingOver;
  commands_.Run(setting_.scenario.decision.run, lifeline_.Guard([this](const Status& status) {
    if (!status.ok()) {
      status_ = status;
      return;
    }
    Note("command-ended", "failover");
    GetReady();
  }));
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
