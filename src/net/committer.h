// Committer of the real host: group commit. A thread of its own takes all batches that wait, merges
// them into one synced write of the engine, and meanwhile the next ones gather; so one fsync is
// shared by all writers that came during the last one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "net/disk_reserve.h"
#include "net/event_loop.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::net {

struct CommitterLimits {
  size_t merged_bytes = 4 << 20;  ///< A merged write is closed once it has reached this size.
  size_t merged_batches = 1024;
  size_t waiting_bytes = 256 << 20;  ///< Beyond this a Commit is refused with kUnavailable.
};

/// `loop` and `engine` must outlive it, and only it may write to `engine`. When the number of the
/// last write cannot be read from `engine`, it refuses all batches with that error.
///
/// With a `reserve` a full disk is one that has no room for it. Until it has, the reserve is given
/// away, and only batches that take no room are written (TakesRoom); all others are refused with
/// kLimit.
class Committer final : public storage::Committer {
 public:
  Committer(EventLoop& loop, storage::Engine& engine, CommitterLimits limits = {},
            std::unique_ptr<DiskReserve> reserve = nullptr);
  /// Writes what waits, then returns. The callbacks are posted; they run if the loop still does.
  ~Committer() override;

  void Commit(storage::WriteBatch batch, std::function<void(Status)> done) override;
  uint64_t durable_commit() const override { return durable_.load(std::memory_order_acquire); }

 private:
  struct Entry {
    storage::WriteBatch batch;
    std::function<void(Status)> done;
    std::optional<Error> refused;
  };
  using Group = std::vector<Entry>;

  /// At the end of the loop's turn: all that the turn brought is written together.
  void HandOver();
  void Work();
  Group TakeGroup();
  void Write(Group group);
  /// Refuses what takes room on a full disk.
  void RefuseWhatTakesRoom(Group& group) const;
  void OnFull();
  Status WriteNumbered(const storage::WriteBatch& merged);

  EventLoop& loop_;
  storage::Engine& engine_;
  const CommitterLimits limits_;
  std::atomic<uint64_t> durable_ = 0;
  const std::unique_ptr<DiskReserve> reserve_;
  bool full_ = false;      ///< The thread's own.
  const Status numbered_;  ///< Whether the number of the last write is known.
  std::mutex mutex_;
  std::condition_variable changed_;
  // These are guarded by mutex_.
  std::deque<Entry> waiting_;
  size_t waiting_bytes_ = 0;
  size_t handed_over_ = 0;  ///< How many of waiting_ may be written.
  bool stopping_ = false;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< Used by the loop only.
  std::thread thread_;  ///< Last, so that it starts when all else is there.
};

/// False for what only deletes and for small documents: trimming, the remains of a table,
/// positions.
bool TakesRoom(const storage::WriteBatch& batch);

}  // namespace lifeboat::net
