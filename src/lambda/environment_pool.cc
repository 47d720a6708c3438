#include "lambda/environment_pool.h"

#include <algorithm>
#include <utility>

#include "lambda/limits.h"

namespace lifeboat::lambda {

size_t EnvironmentPool::Count(State state) const {
  return static_cast<size_t>(
      std::count_if(environments_.begin(), environments_.end(),
                    [&](const auto& entry) { return entry.second.state == state; }));
}

bool EnvironmentPool::OnInvocation(std::string request_id, Instant now, Actions& actions) {
  if (concurrency() >= settings_.max_concurrency) return false;
  waiting_.push_back(std::move(request_id));
  // The most recently started idle one, so that surplus ones grow old and are ended.
  for (auto it = environments_.rbegin(); it != environments_.rend(); ++it) {
    if (it->second.state != State::kIdle) continue;
    Deliver(it->first, it->second, now, actions);
    return true;
  }
  Balance(now, actions);
  return true;
}

EnvironmentPool::Verdict EnvironmentPool::OnNext(EnvironmentId id, Instant now, Actions& actions) {
  const auto it = environments_.find(id);
  if (it == environments_.end()) return Verdict::kWrongState;
  Environment& environment = it->second;
  if (environment.state == State::kStarting) {
    environment.init_duration = now - environment.started;
  } else if (environment.state != State::kSettling) {
    return Verdict::kWrongState;
  }
  if (environment.retired) {
    Kill(id, environment, actions);
    Balance(now, actions);
    return Verdict::kAccepted;
  }
  environment.state = State::kIdle;
  environment.deadline = now + kIdleEnvironmentLife;
  if (!waiting_.empty()) Deliver(id, environment, now, actions);
  return Verdict::kAccepted;
}

EnvironmentPool::Verdict EnvironmentPool::OnResult(EnvironmentId id, std::string_view request_id,
                                                   Outcome outcome, Instant now, Actions& actions) {
  const auto it = environments_.find(id);
  if (it == environments_.end()) return Verdict::kWrongState;
  Environment& environment = it->second;
  if (environment.request_id != request_id) return Verdict::kUnknownRequest;
  if (environment.state != State::kBusy) return Verdict::kWrongState;
  Finish(id, environment, std::move(outcome), now, actions);
  environment.state = State::kSettling;
  return Verdict::kAccepted;
}

EnvironmentPool::Verdict EnvironmentPool::OnInitError(EnvironmentId id, std::string payload,
                                                      Instant now, Actions& actions) {
  const auto it = environments_.find(id);
  if (it == environments_.end() || it->second.state != State::kStarting) {
    return Verdict::kWrongState;
  }
  const bool second = it->second.second_attempt;
  Kill(id, it->second, actions);
  Outcome outcome{Outcome::Kind::kFunctionError, std::move(payload)};
  OnInitFailed(id, second, std::move(outcome), now, actions);
  Balance(now, actions);
  return Verdict::kAccepted;
}

void EnvironmentPool::OnExit(EnvironmentId id, ProcessExit exit, Instant now, Actions& actions) {
  const auto it = environments_.find(id);
  if (it == environments_.end()) return;
  Environment environment = std::move(it->second);
  environments_.erase(it);
  Outcome outcome{Outcome::Kind::kExit};
  outcome.exit = exit;
  if (environment.state == State::kStarting) {
    OnInitFailed(id, environment.second_attempt, std::move(outcome), now, actions);
  } else if (environment.state == State::kBusy) {
    Finish(id, environment, std::move(outcome), now, actions);
  }
  Balance(now, actions);
}

void EnvironmentPool::OnTick(Instant now, Actions& actions) {
  std::vector<EnvironmentId> due;
  for (const auto& [id, environment] : environments_) {
    if (environment.state != State::kEnding && environment.deadline <= now) due.push_back(id);
  }
  for (const EnvironmentId id : due) OnDeadline(id, environments_.at(id), now, actions);
  Balance(now, actions);
}

void EnvironmentPool::OnDeadline(EnvironmentId id, Environment& environment, Instant now,
                                 Actions& actions) {
  Outcome outcome{Outcome::Kind::kTimeout};
  outcome.timeout = settings_.timeout;
  const State state = environment.state;
  if (state == State::kBusy) Finish(id, environment, outcome, now, actions);
  Kill(id, environment, actions);
  if (state == State::kStarting) {
    OnInitFailed(id, environment.second_attempt, std::move(outcome), now, actions);
  }
}

std::optional<Instant> EnvironmentPool::NextDeadline() const {
  std::optional<Instant> next;
  for (const auto& [id, environment] : environments_) {
    if (environment.state == State::kEnding) continue;
    if (!next || environment.deadline < *next) next = environment.deadline;
  }
  return next;
}

void EnvironmentPool::Renew(Settings settings, Instant now, Actions& actions) {
  settings_ = settings;
  for (auto& [id, environment] : environments_) {
    environment.retired = true;
    const State state = environment.state;
    if (state == State::kIdle || state == State::kStarting) Kill(id, environment, actions);
  }
  Balance(now, actions);
}

void EnvironmentPool::Remove(Actions& actions) {
  for (std::string& request_id : waiting_) {
    actions.push_back(FinishInvocation{0, std::move(request_id), Outcome{Outcome::Kind::kRemoved}});
  }
  waiting_.clear();
  for (auto& [id, environment] : environments_) {
    environment.retired = true;
    const State state = environment.state;
    if (state == State::kIdle || state == State::kStarting) Kill(id, environment, actions);
  }
}

void EnvironmentPool::Start(bool second_attempt, Instant now, Actions& actions) {
  const EnvironmentId id = next_id_++;
  Environment environment;
  environment.second_attempt = second_attempt;
  environment.started = now;
  environment.deadline = now + (second_attempt ? settings_.timeout : kInitLimit);
  environments_.emplace(id, std::move(environment));
  actions.push_back(StartEnvironment{id});
}

void EnvironmentPool::Kill(EnvironmentId id, Environment& environment, Actions& actions) {
  environment.state = State::kEnding;
  actions.push_back(KillEnvironment{id});
}

void EnvironmentPool::Deliver(EnvironmentId id, Environment& environment, Instant now,
                              Actions& actions) {
  environment.state = State::kBusy;
  environment.begun = now;
  environment.deadline = now + settings_.timeout;
  environment.request_id = std::move(waiting_.front());
  waiting_.pop_front();
  actions.push_back(DeliverInvocation{id, environment.request_id, environment.deadline});
}

void EnvironmentPool::Finish(EnvironmentId id, Environment& environment, Outcome outcome,
                             Instant now, Actions& actions) {
  outcome.duration = now - environment.begun;
  outcome.init_duration = std::exchange(environment.init_duration, std::nullopt);
  actions.push_back(FinishInvocation{id, environment.request_id, std::move(outcome)});
}

void EnvironmentPool::OnInitFailed(EnvironmentId id, bool was_second_attempt, Outcome outcome,
                                   Instant now, Actions& actions) {
  if (waiting_.empty()) return;  // Whoever it was started for has been served by another one.
  if (!was_second_attempt) {
    Start(true, now, actions);
    return;
  }
  actions.push_back(FinishInvocation{id, std::move(waiting_.front()), std::move(outcome)});
  waiting_.pop_front();
}

void EnvironmentPool::Balance(Instant now, Actions& actions) {
  size_t starting = Count(State::kStarting);
  size_t alive = environments_.size() - Count(State::kEnding);
  while (starting < waiting_.size() && alive < settings_.max_concurrency) {
    Start(false, now, actions);
    ++starting;
    ++alive;
  }
}

}  // namespace lifeboat::lambda
