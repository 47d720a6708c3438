#include "net/work_thread.h"

#include <utility>

namespace lifeboat::net {

WorkThread::WorkThread(EventLoop& loop) : loop_(loop), thread_([this] { Work(); }) {}

WorkThread::~WorkThread() {
  *alive_ = false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void WorkThread::Run(std::function<std::function<void()>()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void WorkThread::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    loop_.Post([alive = alive_, answer = job()] {
      if (*alive) answer();
    });
    lock.lock();
  }
}

}  // namespace lifeboat::net
