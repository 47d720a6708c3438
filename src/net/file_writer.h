// FileWriter: durable writes that don't hold the event loop up while the disk works.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "net/event_loop.h"

namespace lifeboat::net {

class FileWriter {
 public:
  explicit FileWriter(EventLoop& loop);
  /// Finishes what was asked for.
  ~FileWriter();

  /// Runs `write` on a thread of its own, one after the other; `done` runs on the loop.
  void Write(std::function<Status()> write, std::function<void(Status)> done);

 private:
  struct Job {
    std::function<Status()> write;
    std::function<void(Status)> done;
  };
  void Work();

  EventLoop& loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  ///< Guarded by mutex_, as is stopping_.
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lifeboat::net
