#include "net/committer.h"

#include <utility>

#include "storage/commit_number.h"

namespace lifeboat::net {
namespace {

Status ReadLast(const storage::Engine& engine, std::atomic<uint64_t>& last) {
  const Result<uint64_t> number = storage::ReadCommitNumber(engine);
  if (!number) return number.error();
  last = *number;
  return {};
}

}  // namespace

Committer::Committer(EventLoop& loop, storage::Engine& engine, CommitterLimits limits)
    : loop_(loop),
      engine_(engine),
      limits_(limits),
      numbered_(ReadLast(engine, durable_)),
      thread_([this] { Work(); }) {}

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
  // The number goes first, where a reader of the log file finds it without looking at the rest.
  storage::WriteBatch merged;
  storage::PutCommitNumber(merged, durable_ + 1);
  const size_t without = merged.ops().size();
  for (Entry& entry : group) merged.Append(std::move(entry.batch));
  const Status written = merged.ops().size() == without ? Status() : WriteNumbered(merged);
  loop_.Post([group = std::move(group), written] {
    for (const Entry& entry : group) {
      if (!entry.done) continue;
      entry.done(entry.refused ? Status(Error{ErrorCode::kUnavailable,
                                              "too many writes are waiting for the disk"})
                               : written);
    }
  });
}

// A number whose write failed is used again: nobody was told that it is durable.
Status Committer::WriteNumbered(const storage::WriteBatch& merged) {
  if (!numbered_) return numbered_;
  Status written = engine_.Write(merged);
  if (written) durable_.store(durable_ + 1, std::memory_order_release);
  return written;
}

}  // namespace lifeboat::net
