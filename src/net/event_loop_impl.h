// What EventLoop and Descriptor share.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "net/event_loop.h"
#include "net/stop_signals.h"

namespace lifeboat::net {

struct EventLoop::Impl {
  Impl();
  ~Impl();

  /// Whoever has a descriptor in the epoll set; epoll's user data points at it.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void OnReady(uint32_t events) = 0;
    /// Handlers may own what owns the watcher; this cuts the circle.
    virtual void DropHandlers() = 0;
  };

  int epoll_fd = -1;
  int wake_fd = -1;  ///< An eventfd: another thread has posted, or Stop() was called.
  std::atomic<bool> stopping = false;
  std::atomic<std::thread::id> thread;  ///< Which runs the loop.
  std::mutex mutex;
  std::vector<std::function<void()>> posted;  ///< Guarded by mutex.
  std::map<TimerId, std::function<void()>> timers;
  uint64_t last_number = 0;
  std::set<Watcher*> watchers;
  /// Closed during the present turn: events that epoll has already reported may point at them.
  std::vector<std::shared_ptr<Watcher>> closed;
  std::unique_ptr<StopSignals> stop_signals;
  std::optional<Duration>
      cpu_used;      ///< By the thread up to the last turn, when turns are measured.
  std::string work;  ///< The last request that was taken.
};

}  // namespace lifeboat::net
