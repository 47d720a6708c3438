#include "storage/memory_engine.h"

#include "storage/engine_conformance.h"

namespace lifeboat::storage {
namespace {

class MemoryFixture {
 public:
  Engine& engine() { return engine_; }
  void Reopen() { engine_.Crash(); }

 private:
  MemoryEngine engine_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EngineConformance, MemoryFixture);

WriteBatch PutBatch(std::string key, std::string value) {
  WriteBatch batch;
  batch.Put(Space::kItems, std::move(key), std::move(value));
  return batch;
}

TEST(MemoryEngine, CrashLosesWhatWasNotSynced) {
  MemoryEngine engine;
  ASSERT_TRUE(engine.Write(PutBatch("a", "1")).ok());
  WriteBatch batch = PutBatch("a", "2");
  batch.Put(Space::kItems, "b", "2");
  batch.DeleteRange(Space::kItems, "a", "b");
  batch.Delete(Space::kMeta, "none");
  ASSERT_TRUE(engine.WriteUnsynced(batch).ok());
  EXPECT_EQ(**engine.Get(Space::kItems, "b"), "2");
  engine.Crash();
  EXPECT_EQ(**engine.Get(Space::kItems, "a"), "1");
  EXPECT_EQ(engine.key_count(Space::kItems), 1u);
}

TEST(MemoryEngine, SyncAndWriteKeepAllThatWasWrittenBefore) {
  MemoryEngine engine;
  ASSERT_TRUE(engine.WriteUnsynced(PutBatch("a", "1")).ok());
  engine.Sync();
  engine.Crash();
  ASSERT_TRUE(engine.WriteUnsynced(PutBatch("b", "1")).ok());
  ASSERT_TRUE(engine.Write(PutBatch("c", "1")).ok());
  engine.Crash();
  EXPECT_EQ(engine.key_count(Space::kItems), 3u);
}

TEST(WriteBatch, AppendAddsAfterAndCountsBytes) {
  WriteBatch a = PutBatch("a", "12");
  a.Append(PutBatch("bb", "3"));
  WriteBatch empty;
  empty.Append(std::move(a));
  ASSERT_EQ(empty.ops().size(), 2u);
  EXPECT_EQ(empty.ops()[1].key, "bb");
  EXPECT_EQ(empty.bytes(), 6u);
}

TEST(PrefixEnd, IsTheFirstKeyAfterAllWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(MemoryEngine, AnImageIsWhatWasSyncedAndCanBePutBack) {
  MemoryEngine engine;
  WriteBatch first, second;
  first.Put(Space::kMeta, "a", "1");
  second.Put(Space::kMeta, "a", "2");
  second.Put(Space::kMeta, "b", "2");
  ASSERT_TRUE(engine.Write(first).ok());
  ASSERT_TRUE(engine.WriteUnsynced(second).ok());
  const auto image = engine.TakeImage();
  engine.Sync();
  EXPECT_EQ(**engine.Get(Space::kMeta, "a"), "2");
  engine.PutBack(image.get());
  EXPECT_EQ(**engine.Get(Space::kMeta, "a"), "1");
  EXPECT_EQ(engine.key_count(Space::kMeta), 1u);
  ASSERT_TRUE(engine.Write(second).ok());
  engine.PutBack(image.get());
  EXPECT_EQ(engine.key_count(Space::kMeta), 1u) << "writes leave the image alone";
  engine.PutBack(nullptr);
  EXPECT_EQ(engine.key_count(Space::kMeta), 0u);
}

}  // namespace
}  // namespace lifeboat::storage
