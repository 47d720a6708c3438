// StartGate: holds what clients ask of a region that has just started until it knows whether its
// disk is what its peers remember (docs/replication.md, section 9).
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace lifeboat::region {

class StartGate {
 public:
  /// More than this many wait for nothing: they are refused.
  static constexpr size_t kMostWaiting = 1'000;

  bool is_open() const { return open_; }
  /// Everything passes unless it is closed.
  void Close() { open_ = false; }
  /// Runs what waits, in its order.
  void Open() {
    open_ = true;
    for (auto& task : std::exchange(waiting_, {})) task();
  }
  /// Runs `task` now or once the gate is open. False: too many wait, and it never runs.
  bool Pass(std::function<void()> task) {
    if (open_) return task(), true;
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(task));
    return true;
  }

 private:
  bool open_ = true;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace lifeboat::region
