#include "storage/rocks/rocks_engine.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "storage/engine_conformance.h"
#include "storage/rocks/crashing_env.h"

namespace lifeboat::storage {
namespace {

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "lifeboat-rocks-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::unique_ptr<Engine> MustOpen(const std::string& path, RocksOptions options = {}) {
  auto engine = OpenRocksEngine(path, options);
  EXPECT_TRUE(engine.ok()) << (engine.ok() ? "" : engine.error().message);
  return engine.ok() ? *std::move(engine) : nullptr;
}

WriteBatch PutBatch(std::string key, std::string value) {
  WriteBatch batch;
  batch.Put(Space::kItems, std::move(key), std::move(value));
  return batch;
}

class RocksFixture {
 public:
  RocksFixture() { engine_ = MustOpen(folder_.path()); }
  Engine& engine() { return *engine_; }
  void Reopen() {
    engine_.reset();
    engine_ = MustOpen(folder_.path());
  }

 private:
  Folder folder_;
  std::unique_ptr<Engine> engine_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Rocks, EngineConformance, RocksFixture);

/// RocksDB on a disk that keeps only what was synced. Small buffers, so that files are written out
/// and compacted between the crashes.
class CrashingFixture {
 public:
  CrashingFixture() { Open(); }
  Engine& engine() { return *engine_; }
  CrashingEnv& disk() { return disk_; }
  void Reopen() {
    disk_.Crash();
    engine_.reset();
    disk_.LoseUnsynced();
    Open();
  }

 private:
  void Open() {
    engine_ = MustOpen(folder_.path(), {.write_buffer_bytes = 1 << 20, .env = disk_.env()});
  }
  Folder folder_;
  CrashingEnv disk_;
  std::unique_ptr<Engine> engine_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(CrashingRocks, EngineConformance, CrashingFixture);

TEST(RocksEngine, KeepsWhatItAcknowledgedOverManyCrashes) {
  CrashingFixture rocks;
  Prng prng(11);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 40; ++i) {
      const std::string key = fmt::format("{}-{}", round, i);
      ASSERT_TRUE(rocks.engine().Write(PutBatch(key, std::string(prng.Below(50'000), 'v'))).ok());
    }
    rocks.Reopen();
    const auto it = rocks.engine().NewIterator(Space::kItems, "", "");
    int count = 0;
    for (it->Seek(""); it->Valid(); it->Next()) ++count;
    ASSERT_EQ(count, (round + 1) * 40);
  }
}

/// Shows that the test above could fail: the same crash finds a write whose sync did nothing.
TEST(RocksEngine, TheCrashTestCatchesAnUnsyncedWrite) {
  CrashingFixture rocks;
  ASSERT_TRUE(rocks.engine().Write(PutBatch("synced", "v")).ok());
  rocks.disk().SetMode(CrashingEnv::Mode::kSyncLies);
  ASSERT_TRUE(rocks.engine().Write(PutBatch("unsynced", "v")).ok());
  rocks.Reopen();
  EXPECT_TRUE(rocks.engine().Get(Space::kItems, "synced")->has_value());
  EXPECT_FALSE(rocks.engine().Get(Space::kItems, "unsynced")->has_value());
}

class RocksFailure : public testing::TestWithParam<CrashingEnv::Mode> {};

TEST_P(RocksFailure, IsAnIoErrorAndStopsAllFurtherWrites) {
  CrashingFixture rocks;
  ASSERT_TRUE(rocks.engine().Write(PutBatch("a", "1")).ok());
  rocks.disk().SetMode(GetParam());
  const Status failed = rocks.engine().Write(PutBatch("b", "1"));
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, ErrorCode::kIo);
  rocks.disk().SetMode(CrashingEnv::Mode::kWorks);
  EXPECT_EQ(rocks.engine().Write(PutBatch("c", "1")).error().code, ErrorCode::kIo);
  EXPECT_TRUE(rocks.engine().Get(Space::kItems, "a")->has_value());
  rocks.Reopen();
  EXPECT_TRUE(rocks.engine().Get(Space::kItems, "a")->has_value());
  EXPECT_FALSE(rocks.engine().Get(Space::kItems, "c")->has_value());
  EXPECT_TRUE(rocks.engine().Write(PutBatch("d", "1")).ok());
}

INSTANTIATE_TEST_SUITE_P(Modes, RocksFailure,
                         testing::Values(CrashingEnv::Mode::kSyncFails,
                                         CrashingEnv::Mode::kCrashed));

TEST(RocksEngine, WritesAgainWhenThereIsSpaceAgain) {
  CrashingFixture rocks;
  for (int i = 0; i < 30; ++i) {
    const std::string key = fmt::format("{}", i);
    ASSERT_TRUE(rocks.engine().Write(PutBatch(key, std::string(20'000, 'v'))).ok());
  }
  rocks.disk().SetMode(CrashingEnv::Mode::kDiskFull);
  for (int i = 0; i < 3; ++i) {
    const Status failed = rocks.engine().Write(PutBatch("lost", "v"));
    ASSERT_FALSE(failed.ok());
    // The first one has found it; the others find an engine that refuses to write.
    EXPECT_EQ(failed.error().code, i == 0 ? ErrorCode::kLimit : ErrorCode::kIo);
  }
  EXPECT_TRUE(rocks.engine().Get(Space::kItems, "0")->has_value());
  EXPECT_FALSE(rocks.engine().Get(Space::kItems, "lost")->has_value());
  rocks.disk().SetMode(CrashingEnv::Mode::kWorks);
  // RocksDB looks for space every five seconds.
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!rocks.engine().Write(PutBatch("last", "v")).ok()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  rocks.Reopen();
  for (int i = 0; i < 30; ++i) {
    EXPECT_TRUE(rocks.engine().Get(Space::kItems, fmt::format("{}", i))->has_value()) << i;
  }
  EXPECT_TRUE(rocks.engine().Get(Space::kItems, "last")->has_value());
  EXPECT_FALSE(rocks.engine().Get(Space::kItems, "lost")->has_value());
}

TEST(RocksEngine, MakesMissingParents) {
  Folder folder;
  const auto engine = MustOpen(folder.path() + "/a/b/c/");
  ASSERT_TRUE(engine);
  EXPECT_TRUE(engine->Write(PutBatch("k", "v")).ok());
}

TEST(RocksEngine, TellsWhenTheFolderCannotBeUsed) {
  Folder folder;
  const auto first = MustOpen(folder.path() + "/db");
  const auto second = OpenRocksEngine(folder.path() + "/db");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_FALSE(OpenRocksEngine("/proc/nothing/here").ok());
}

TEST(RocksEngine, TellsOfCorruptFiles) {
  Folder folder;
  ASSERT_TRUE(MustOpen(folder.path())->Write(PutBatch("k", "v")).ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().filename().string().starts_with("MANIFEST")) {
      std::filesystem::resize_file(entry.path(), 5);
    }
  }
  const auto engine = OpenRocksEngine(folder.path());
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace lifeboat::storage
