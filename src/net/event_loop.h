// EventLoop: the one thread on which everything of a process runs that is not explicitly elsewhere.
// All pure objects (region, name server, drill) are called from here only, so they need no locks.
// Other threads (the committer, the spawner) hand their results over by Post().
//
// It is epoll, an ordered map of timers, and a queue; docs/adr/0006 says why it is not asio.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/scheduler.h"
#include "base/time.h"
#include "net/system.h"

namespace lifeboat::net {

class EventLoop final : public Scheduler {
 public:
  /// Names a running timer; the default value names none.
  struct TimerId {
    Instant due;
    uint64_t number = 0;
    auto operator<=>(const TimerId&) const = default;
  };

  /// Also makes the process ignore SIGPIPE: writes to closed sockets return an error instead.
  EventLoop();
  /// Drops what still waits. Everything else that uses the loop must be gone by then.
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  const Clock& clock() const { return clock_; }

  /// Timers are at most a millisecond and the work of one turn late.
  void After(Duration delay, std::function<void()> task) override;
  /// Like After, but can be cancelled.
  TimerId StartTimer(Duration delay, std::function<void()> task);
  /// Ids that have run, were cancelled or are empty are ignored. Resets `id`.
  void CancelTimer(TimerId& id);

  /// Runs `task` on the loop, never inside this call, in the order of the calls. May be called from
  /// any thread.
  void Post(std::function<void()> task);

  /// Calls `handler` on the loop with SIGINT or SIGTERM, each time one arrives. For one loop in a
  /// process.
  void OnStopSignal(std::function<void(int signal)> handler);

  /// From now on each turn that takes more than 50 ms of CPU is logged, with the last SetWork().
  /// For the processes of a world: all that they serve stands still meanwhile. To be called on the
  /// thread that runs the loop.
  void LogLongTurns();
  /// Says what runs now: `what` and `of`, for instance a method and a path.
  void SetWork(std::string_view what, std::string_view of);

  /// Runs until Stop().
  void Run();
  /// Ends Run() after the turn at hand. May be called from any thread.
  void Stop();
  /// Runs until `condition` holds, asked after each turn; false when `limit` passed before.
  bool RunUntil(const std::function<bool()>& condition, Duration limit);

  /// For Descriptor.
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  /// Waits for something to do until `limit` at most, and does it.
  void Turn(Instant limit);
  Duration Idle(Instant limit);
  void RunPosted();
  void FireTimers();
  void MeasureTurn();

  SystemClock clock_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
