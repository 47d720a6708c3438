#include "storage/committer.h"

#include <gtest/gtest.h>

#include "storage/memory_engine.h"

namespace lifeboat::storage {
namespace {

WriteBatch PutBatch(std::string key) {
  WriteBatch batch;
  batch.Put(Space::kMeta, std::move(key), "v");
  return batch;
}

TEST(ManualCommitter, HoldsBatchesUntilFlushAndKeepsTheirOrder) {
  MemoryEngine engine;
  ManualCommitter committer(engine);
  std::string order;
  committer.Commit(PutBatch("a"), [&](Status status) {
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(engine.key_count(Space::kMeta), 1u);
    order += 'a';
    committer.Commit(PutBatch("c"), [&](Status) { order += 'c'; });
    EXPECT_EQ(order, "a");
  });
  committer.Commit(PutBatch("b"), [&](Status) { order += 'b'; });
  EXPECT_EQ(engine.key_count(Space::kMeta), 0u);
  EXPECT_EQ(committer.waiting(), 2u);
  EXPECT_EQ(committer.durable_commit(), 0u);
  committer.Flush();
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(engine.key_count(Space::kMeta), 3u);
  EXPECT_EQ(committer.waiting(), 0u);
  EXPECT_EQ(committer.durable_commit(), 3u);
}

}  // namespace
}  // namespace lifeboat::storage
