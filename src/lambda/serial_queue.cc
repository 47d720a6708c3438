#include "lambda/serial_queue.h"

#include <utility>

namespace lifeboat::lambda {

bool SerialQueue::Push(Job job) {
  if (state_->jobs.size() >= limit_) return false;
  state_->jobs.push_back(std::move(job));
  Drain(state_);
  return true;
}

void SerialQueue::Drain(const std::shared_ptr<State>& state) {
  if (state->draining) return;
  state->draining = true;
  while (!state->busy && !state->jobs.empty()) {
    const Job job = std::move(state->jobs.front());
    state->jobs.pop_front();
    state->busy = true;
    job([weak = std::weak_ptr<State>(state)] {
      const auto alive = weak.lock();
      if (!alive) return;
      alive->busy = false;
      Drain(alive);
    });
  }
  state->draining = false;
}

}  // namespace lifeboat::lambda
