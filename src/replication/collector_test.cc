#include "replication/collector.h"

#include <gtest/gtest.h>

#include "storage/memory_engine.h"

namespace lifeboat::replication {
namespace {

constexpr storage::TableId kTable{7};

/// Counts how often the log or the items are read.
class CountingEngine final : public storage::Engine {
 public:
  Result<std::optional<std::string>> Get(storage::Space space,
                                         std::string_view key) const override {
    return memory.Get(space, key);
  }
  std::unique_ptr<storage::Iterator> NewIterator(storage::Space space, std::string_view lower,
                                                 std::string_view upper) const override {
    ++reads;
    return memory.NewIterator(space, lower, upper);
  }
  Status Write(const storage::WriteBatch& batch) override { return memory.Write(batch); }

  storage::MemoryEngine memory;
  mutable int reads = 0;
};

/// Keeps what it is told to drop.
class DropRecorder final : public ChangeApplier {
 public:
  void ApplyRemote(storage::TableId, std::vector<Change>, storage::WriteBatch,
                   std::function<void(Status)>) override {}
  void DropTombstones(storage::TableId, std::vector<Tombstone> tombstones, storage::WriteBatch,
                      std::function<void(Status)> done) override {
    for (const Tombstone& tombstone : tombstones) dropped.push_back(tombstone.version.wall_ms);
    waiting = std::move(done);
  }
  void Observe(const storage::Version&) override {}
  void Close(storage::TableId, std::function<void()>) override {}
  void Reopen(storage::TableId) override {}
  void Empty(storage::TableId, storage::WriteBatch, std::function<void(Status)>) override {}
  void ApplySalvage(storage::TableId, std::vector<Change>, storage::WriteBatch,
                    std::function<void(Status, std::vector<std::string>)>) override {}

  std::vector<int64_t> dropped;
  std::function<void(Status)> waiting;
};

class CollectorTest : public ::testing::Test {
 protected:
  /// A tombstone with the Version `at` as the log's next record, and as an item.
  void AddTombstone(int64_t at) {
    storage::ChangeRecord record;
    record.table = kTable;
    record.sequence = ++head_.durable_sequence;
    record.version = {at, 0, "us-east-1"};
    record.key = storage::EncodeItemKey(kTable, std::to_string(at), "");
    storage::WriteBatch batch;
    batch.Put(storage::Space::kLog, storage::LogKey(kTable, record.sequence),
              EncodeChangeRecord(record));
    batch.Put(storage::Space::kItems, record.key,
              storage::EncodeStoredItem({.version = record.version, .tombstone = true}));
    ASSERT_TRUE(engine_.Write(batch).ok());
    head_.frontier = {at + 1, 0, "us-east-1"};
  }
  void TrimLogBelow(uint64_t sequence) {
    storage::WriteBatch batch;
    storage::TrimLog(batch, kTable, sequence);
    ASSERT_TRUE(engine_.Write(batch).ok());
  }
  void Steps(int count) {
    for (int i = 0; i < count; ++i) {
      collector_.Step(head_, {});
      if (const auto done = std::exchange(applier_.waiting, nullptr)) done({});
    }
  }

  CountingEngine engine_;
  DropRecorder applier_;
  LogSource::Head head_;
  int64_t droppable_below_ = 0;
  Collector collector_{kTable, engine_, applier_,
                       [this](const storage::Version& version, const Knowledge&) {
                         return version.wall_ms < droppable_below_ ? Verdict::kDrop
                                                                   : Verdict::kKeep;
                       },
                       1'000};
};

TEST_F(CollectorTest, ReadsNothingWhileATombstoneMustStay) {
  AddTombstone(10);
  AddTombstone(20);
  Steps(1);
  const int reads = engine_.reads;
  Steps(100);
  EXPECT_EQ(engine_.reads, reads);
  droppable_below_ = 15;
  Steps(100);
  EXPECT_EQ(applier_.dropped, (std::vector<int64_t>{10}));
  EXPECT_LE(engine_.reads, reads + 2);
  droppable_below_ = 25;
  Steps(1);
  EXPECT_EQ(applier_.dropped, (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(collector_.passed(), 2u);
}

TEST_F(CollectorTest, ASweepWaitsToo) {
  AddTombstone(10);
  AddTombstone(20);
  TrimLogBelow(3);
  Steps(1);  // One whole sweep.
  const int reads = engine_.reads;
  Steps(100);
  EXPECT_EQ(engine_.reads, reads);
  EXPECT_EQ(collector_.passed(), 0u);
  droppable_below_ = 25;
  Steps(1);
  EXPECT_EQ(applier_.dropped.size(), 2u);
  EXPECT_EQ(collector_.passed(), 2u);
}

}  // namespace
}  // namespace lifeboat::replication
