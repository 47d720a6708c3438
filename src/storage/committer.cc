#include "storage/committer.h"

namespace lifeboat::storage {

void ManualCommitter::Commit(WriteBatch batch, std::function<void(Status)> done) {
  queue_.emplace_back(std::move(batch), std::move(done));
}

void ManualCommitter::Flush() {
  while (!queue_.empty()) {
    auto batches = std::move(queue_);
    queue_.clear();
    for (auto& [batch, done] : batches) {
      const Status written = engine_.Write(batch);
      if (written) ++durable_;
      done(written);
    }
  }
}

}  // namespace lifeboat::storage
