// Control-plane calls run one after the other: each sees what the one before has committed.
#pragma once

#include <deque>
#include <functional>
#include <memory>

namespace lifeboat::lambda {

class SerialQueue {
 public:
  /// Must call `finished` once, now or later.
  using Job = std::function<void(std::function<void()> finished)>;

  explicit SerialQueue(size_t limit) : state_(std::make_shared<State>()), limit_(limit) {}
  ~SerialQueue() { state_->jobs.clear(); }
  SerialQueue(const SerialQueue&) = delete;
  SerialQueue& operator=(const SerialQueue&) = delete;

  /// Runs `job` when those before it have finished. False: too many wait, it will never run.
  bool Push(Job job);

 private:
  struct State {
    std::deque<Job> jobs;
    bool busy = false;      ///< A job has been started and has not finished.
    bool draining = false;  ///< Drain is on the stack; it takes the next job itself.
  };
  static void Drain(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
  size_t limit_;
};

}  // namespace lifeboat::lambda
