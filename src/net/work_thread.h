// WorkThread: for what takes too long for a turn of the loop. Jobs run one after the other on a
// thread of their own; what they came to is told on the loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "net/event_loop.h"

namespace lifeboat::net {

class WorkThread {
 public:
  explicit WorkThread(EventLoop& loop);
  /// Ends after the job at hand. Jobs that wait are dropped, and no `done` is called any more.
  ~WorkThread();
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  /// Runs `job` on the thread; it touches nothing that the loop uses. Its answer runs on the loop,
  /// never inside this call.
  void Run(std::function<std::function<void()>()> job);

 private:
  void Work();

  EventLoop& loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<std::function<void()>()>> jobs_;  ///< Guarded by mutex_, as stopping_.
  bool stopping_ = false;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< Used by the loop only.
  std::thread thread_;  ///< Last, so that it starts when all else is there.
};

}  // namespace lifeboat::net
