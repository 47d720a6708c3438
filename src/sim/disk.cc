#include "sim/disk.h"

#include "base/check.h"
#include "storage/commit_number.h"

namespace lifeboat::sim {
namespace {

/// From the end of an fsync until the process has heard of it.
constexpr Duration kWakeUpMax = Duration::Micros(100);
/// How often a disk that acknowledges too early syncs after all.
constexpr Duration kLazySync = Duration::Seconds(2);

}  // namespace

void Disk::Commit(storage::WriteBatch batch, std::function<void(Status)> done) {
  Waiting waiting{std::move(batch), std::move(done)};
  if (speed_.acknowledges_unsynced) return CommitUnsynced(std::move(waiting));
  waiting_.push_back(std::move(waiting));
  if (!busy_) BeginSync();
}

void Disk::BeginSync() {
  busy_ = true;
  syncing_ = std::exchange(waiting_, {});
  const Duration takes{prng_.Between(speed_.fsync_min.ns, speed_.fsync_max.ns)};
  events_.After(takes, [this, power = power_] {
    if (power == power_) EndSync();
  });
}

void Disk::EndSync() {
  storage::WriteBatch all;
  storage::PutCommitNumber(all, durable_ + 1);
  std::vector<std::function<void(Status)>> tell;
  for (auto& [batch, done] : syncing_) {
    all.Append(std::move(batch));
    tell.push_back(std::move(done));
  }
  syncing_.clear();
  const Status status = engine_.Write(all);
  ++durable_;
  const Duration wake_up{prng_.Between(0, kWakeUpMax.ns)};
  events_.After(wake_up, [this, power = power_, tell = std::move(tell), status]() mutable {
    if (power != power_) return;
    run_([tell = std::move(tell), status] {
      for (const auto& done : tell) done(status);
    });
  });
  busy_ = false;
  if (!waiting_.empty()) BeginSync();
}

void Disk::CommitUnsynced(Waiting waiting) {
  events_.After(kWakeUpMax, [this, power = power_, waiting = std::move(waiting)] {
    if (power != power_) return;
    storage::WriteBatch all;
    storage::PutCommitNumber(all, ++durable_);
    all.Append(waiting.first);
    const Status status = engine_.WriteUnsynced(all);
    run_([done = waiting.second, status] { done(status); });
  });
  if (std::exchange(busy_, true)) return;
  events_.After(kLazySync, [this, power = power_] {
    if (power != power_) return;
    engine_.Sync();
    busy_ = false;
  });
}

void Disk::PutBack(const Image& image) {
  engine_.PutBack(image.get());
  ReadDurable();
}

void Disk::ReadDurable() {
  const Result<uint64_t> kept = storage::ReadCommitNumber(engine_);
  Check(kept.ok(), "a disk in memory can be read");
  durable_ = *kept;
}

void Disk::Crash() {
  ++power_;
  waiting_.clear();
  syncing_.clear();
  busy_ = false;
  engine_.Crash();
  ReadDurable();
}

}  // namespace lifeboat::sim
