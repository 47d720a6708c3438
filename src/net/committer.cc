#include "net/committer.h"

#include <utility>

#include "base/log.h"
#include "storage/commit_number.h"

namespace lifeboat::net {
namespace {

/// A thousandth of the reserve; a position takes some hundred bytes, a table's document some
/// thousand.
constexpr size_t kSmallBytes = 64 << 10;

Status ReadLast(const storage::Engine& engine, std::atomic<uint64_t>& last) {
  const Result<uint64_t> number = storage::ReadCommitNumber(engine);
  if (!number) return number.error();
  last = *number;
  return {};
}

}  // namespace

bool TakesRoom(const storage::WriteBatch& batch) {
  size_t bytes = 0;
  for (const storage::WriteBatch::Op& op : batch.ops()) {
    if (op.kind != storage::WriteBatch::Kind::kPut) continue;
    if (op.space != storage::Space::kMeta) return true;
    bytes += op.value.size();
  }
  return bytes > kSmallBytes;
}

Committer::Committer(EventLoop& loop, storage::Engine& engine, CommitterLimits limits,
                     std::unique_ptr<DiskReserve> reserve)
    : loop_(loop),
      engine_(engine),
      limits_(limits),
      reserve_(std::move(reserve)),
      full_(reserve_ && !reserve_->Take()),
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
    std::optional<Error> refused;
    if (waiting_bytes_ + bytes > limits_.waiting_bytes) {
      refused = Error{ErrorCode::kUnavailable, "too many writes are waiting for the disk"};
      batch = {};
    }
    waiting_bytes_ += batch.bytes();
    first = waiting_.size() == handed_over_;
    waiting_.push_back({std::move(batch), std::move(done), std::move(refused)});
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

void Committer::RefuseWhatTakesRoom(Group& group) const {
  for (Entry& entry : group) {
    if (entry.refused || !TakesRoom(entry.batch)) continue;
    entry.refused = Error{ErrorCode::kLimit, "the disk is full"};
    entry.batch = {};
  }
}

// What was merged with the write that found it is refused with it; who trims tries again.
void Committer::OnFull() {
  full_ = true;
  reserve_->Release();
  log::Error("the disk is full: what takes room is refused until there is some again");
}

void Committer::Write(Group group) {
  if (full_ && reserve_->Take()) {
    full_ = false;
    log::Info("the disk has room again");
  }
  if (full_) RefuseWhatTakesRoom(group);
  // The number goes first, where a reader of the log file finds it without looking at the rest.
  storage::WriteBatch merged;
  storage::PutCommitNumber(merged, durable_ + 1);
  const size_t without = merged.ops().size();
  for (Entry& entry : group) merged.Append(std::move(entry.batch));
  const Status written = merged.ops().size() == without ? Status() : WriteNumbered(merged);
  if (!written && written.error().code == ErrorCode::kLimit && reserve_ && !full_) OnFull();
  loop_.Post([group = std::move(group), written] {
    for (const Entry& entry : group) {
      if (!entry.done) continue;
      entry.done(entry.refused ? Status(*entry.refused) : written);
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
