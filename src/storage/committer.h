// Committer: the one way in which state reaches the disk. Its implementations belong to the hosts:
// net/ merges what waits into one RocksDB write on a thread of its own, sim/ does it in virtual
// time and can lose what was not yet synced.
#pragma once

#include <functional>

#include "base/result.h"
#include "storage/engine.h"

namespace lifeboat::storage {

class Committer {
 public:
  virtual ~Committer() = default;
  /// Queues `batch`. Batches are applied in the order of the calls. `done` runs on the owner's
  /// thread, in the same order, never inside this call: ok once the batch is durable and visible.
  virtual void Commit(WriteBatch batch, std::function<void(Status)> done) = 0;
  /// The number of the last write that is durable. Writes merge batches, and are numbered without
  /// gaps over the life of a data folder (storage/commit_number.h). On the owner's thread it covers
  /// all batches that were reported as durable.
  virtual uint64_t durable_commit() const = 0;
};

/// For unit tests: holds batches until Flush() writes them to the engine and runs what waits,
/// including what those callbacks commit. It counts batches from its own beginning, and leaves the
/// number out of the engine.
class ManualCommitter final : public Committer {
 public:
  explicit ManualCommitter(Engine& engine) : engine_(engine) {}
  void Commit(WriteBatch batch, std::function<void(Status)> done) override;
  uint64_t durable_commit() const override { return durable_; }
  void Flush();
  size_t waiting() const { return queue_.size(); }

 private:
  Engine& engine_;
  std::vector<std::pair<WriteBatch, std::function<void(Status)>>> queue_;
  uint64_t durable_ = 0;
};

}  // namespace lifeboat::storage
