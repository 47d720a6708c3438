#include "net/file_writer.h"

namespace lifeboat::net {

FileWriter::FileWriter(EventLoop& loop) : loop_(loop), thread_([this] { Work(); }) {}

FileWriter::~FileWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void FileWriter::Write(std::function<Status()> write, std::function<void(Status)> done) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(write), std::move(done)});
  }
  changed_.notify_one();
}

void FileWriter::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    const Status written = job.write();
    loop_.Post([done = std::move(job.done), written] { done(written); });
    lock.lock();
  }
}

}  // namespace lifeboat::net
