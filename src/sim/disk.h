// Disk: a machine's disk in virtual time. What waits is made durable together by one fsync that
// takes a while; a crash loses what was not synced by then, and may come after the sync and before
// anybody is told of it.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/prng.h"
#include "sim/event_queue.h"
#include "storage/committer.h"
#include "storage/memory_engine.h"

namespace lifeboat::sim {

struct DiskSpeed {
  Duration fsync_min = Duration::Micros(200);
  Duration fsync_max = Duration::Millis(3);
  /// A mistake that the checkers have to find: says that a batch is durable before it is.
  bool acknowledges_unsynced = false;
};

class Disk final : public storage::Committer {
 public:
  /// `run` runs a task in the process that is on the machine now, or drops it when that has ended.
  using RunInProcess = std::function<void(std::function<void()>)>;
  Disk(EventQueue& events, Prng& prng, DiskSpeed speed)
      : events_(events), prng_(prng), speed_(speed) {}

  void SetProcess(RunInProcess run) { run_ = std::move(run); }
  void Commit(storage::WriteBatch batch, std::function<void(Status)> done) override;
  uint64_t durable_commit() const override { return durable_; }
  /// The process has ended and the machine has lost its power.
  void Crash();
  /// All that is synced, and that in place of what is there now (nullptr: an empty disk). No
  /// process may run when it is put back.
  using Image = std::shared_ptr<const storage::MemoryEngine::Image>;
  Image TakeImage() const { return engine_.TakeImage(); }
  void PutBack(const Image& image);
  storage::MemoryEngine& engine() { return engine_; }
  const storage::MemoryEngine& engine() const { return engine_; }

 private:
  using Waiting = std::pair<storage::WriteBatch, std::function<void(Status)>>;
  void BeginSync();
  void EndSync();
  /// Takes the number of the last commit from what is stored.
  void ReadDurable();
  void CommitUnsynced(Waiting waiting);

  EventQueue& events_;
  Prng& prng_;
  const DiskSpeed speed_;
  storage::MemoryEngine engine_;
  RunInProcess run_;
  std::vector<Waiting> waiting_;
  std::vector<Waiting> syncing_;
  bool busy_ = false;
  uint64_t durable_ = 0;  ///< What the process may believe.
  uint64_t power_ = 0;    ///< Counts crashes: events from before one do nothing.
};

}  // namespace lifeboat::sim
