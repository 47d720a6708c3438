#include "net/committer.h"

#include <utility>

namespace lifeboat::net {

Committer::Committer(EventLoop& loop, storage::Engine& engine, CommitterLimits limits)
    : loop_(loop), engine_(engine), limits_(limits), thread_([this] { Work(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    handed_over_ = waiting_.size();
  }
  *alive_ = false;
  changed_.notify_one();
  thread_.join();
}

void Committer::Commit(storage::WriteBatch batch, std::function<void(Status)> done) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const size_t bytes = batch.bytes();
    // A refused batch still takes its place in the queue, so that callbacks stay in order.
    const bool refused = waiting_bytes_ + bytes > limits_.waiting_bytes;
    if (refused) batch = {};
    waiting_bytes_ += batch.bytes();
    first = waiting_.size() == handed_over_;
    waiting_.push_back({std::move(batch), std::move(done), refused});
  }
  if (!first) return;
  loop_.Post([this, alive = alive_] {
    if (*alive) HandOver();
  });
}

void Committer::HandOver() {
  {
    const std::lock_guard lock(mutex_);
    handed_over_ = waiting_.size();
  }
  changed_.notify_one();
}

void Committer::Work() {
  while (true) {
    Group group = TakeGroup();
    if (group.empty()) return;
    Write(std::move(group));
  }
}

Committer::Group Committer::TakeGroup() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || handed_over_ > 0; });
  Group group;
  size_t bytes = 0;
  while (handed_over_ > 0 && group.size() < limits_.merged_batches &&
         (group.empty() || bytes < limits_.merged_bytes)) {
    --handed_over_;
    bytes += waiting_.front().batch.bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_bytes_ -= bytes;
  return group;
}

void Committer::Write(Group group) {
  storage::WriteBatch merged;
  for (Entry& entry : group) merged.Append(std::move(entry.batch));
  const Status written = merged.empty() ? Status() : engine_.Write(merged);
  loop_.Post([group = std::move(group), written] {
    for (const Entry& entry : group) {
      if (!entry.done) continue;
      entry.done(entry.refused ? Status(Error{ErrorCode::kUnavailable,
                                              "too many writes are waiting for the disk"})
                               : written);
    }
  });
}

}  // namespace lifeboat::net
