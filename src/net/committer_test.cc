// The committer with engines that count, block and fail.
#include "net/committer.h"

#include <filesystem>

#include "net/net_test_support.h"
#include "net/temporary_folder.h"
#include "storage/commit_number.h"

namespace lifeboat::net {
namespace {

using storage::Space;
using storage::WriteBatch;

/// Records what is written, and the number of each write. Write waits while `hold` is locked by the
/// test.
class RecordingEngine final : public storage::Engine {
 public:
  Result<std::optional<std::string>> Get(Space, std::string_view) const override {
    if (unreadable) return Error{ErrorCode::kIo, "unreadable"};
    return last_number;
  }
  std::unique_ptr<storage::Iterator> NewIterator(Space, std::string_view,
                                                 std::string_view) const override {
    return nullptr;
  }
  Status Write(const WriteBatch& batch) override {
    const std::lock_guard lock(hold);
    std::string keys;
    for (const WriteBatch::Op& op : batch.ops()) {
      if (op.key == storage::kCommitKey) continue;
      keys += op.key;
    }
    writes.push_back(keys);
    EXPECT_EQ(batch.ops().front().key, storage::kCommitKey);
    numbers.push_back(*storage::DecodeCommitNumber(batch.ops().front().value));
    if (fail) return Error{fails_with, "disk full"};
    last_number = batch.ops().front().value;
    return {};
  }

  std::mutex hold;
  std::vector<std::string> writes;
  std::vector<uint64_t> numbers;
  std::optional<std::string> last_number;
  bool fail = false;
  ErrorCode fails_with = ErrorCode::kIo;
  bool unreadable = false;
};

WriteBatch Put(std::string key) {
  WriteBatch batch;
  batch.Put(Space::kItems, std::move(key), "v");
  return batch;
}

class CommitterTest : public testing::Test {
 protected:
  void Commit(Committer& committer, const std::string& key) {
    committer.Commit(Put(key), [this, key](Status status) {
      done += status.ok() ? key : "!";
      if (!status.ok()) last_error = status.error();
    });
  }

  EventLoop loop;
  RecordingEngine engine;
  std::string done;
  Error last_error;
};

TEST_F(CommitterTest, MergesWhatWaitsAndKeepsTheOrder) {
  Committer committer(loop, engine);
  {
    const std::lock_guard lock(engine.hold);
    for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) Commit(committer, key);
  }
  EXPECT_EQ(done, "") << "inside the call";
  RUN_UNTIL(loop, done.size() == 8);
  EXPECT_EQ(done, "abcdefgh");
  // The first write took what was there when it began, the second all the rest.
  ASSERT_LE(engine.writes.size(), 2u);
  std::string all;
  for (const std::string& write : engine.writes) all += write;
  EXPECT_EQ(all, "abcdefgh");
}

TEST_F(CommitterTest, ObeysTheLimitsOfAMergedWrite) {
  Committer committer(loop, engine, {.merged_batches = 2});
  {
    const std::lock_guard lock(engine.hold);
    for (const char* key : {"a", "b", "c", "d", "e"}) Commit(committer, key);
  }
  RUN_UNTIL(loop, done.size() == 5);
  for (const std::string& write : engine.writes) EXPECT_LE(write.size(), 2u);
  EXPECT_EQ(done, "abcde");
}

TEST_F(CommitterTest, AnErrorReachesAllOfTheGroupAndThenItGoesOn) {
  Committer committer(loop, engine);
  {
    const std::lock_guard lock(engine.hold);
    engine.fail = true;
    Commit(committer, "a");
    Commit(committer, "b");
  }
  RUN_UNTIL(loop, done == "!!");
  EXPECT_EQ(last_error.code, ErrorCode::kIo);
  EXPECT_EQ(last_error.message, "disk full");
  {
    const std::lock_guard lock(engine.hold);
    engine.fail = false;
  }
  Commit(committer, "c");
  RUN_UNTIL(loop, done == "!!c");
}

TEST_F(CommitterTest, RefusesWhatExceedsTheWaitingLimitInItsPlace) {
  Committer committer(loop, engine, {.waiting_bytes = 1000});
  {
    const std::lock_guard lock(engine.hold);
    Commit(committer, "a");
    committer.Commit(Put(std::string(2000, 'x')), [this](Status status) {
      done += "!";
      last_error = status.error();
    });
    Commit(committer, "b");
  }
  RUN_UNTIL(loop, done.size() == 3);
  EXPECT_EQ(done, "a!b");
  EXPECT_EQ(last_error.code, ErrorCode::kUnavailable);
}

TEST_F(CommitterTest, AnEmptyBatchIsDoneInItsPlace) {
  Committer committer(loop, engine);
  Commit(committer, "a");
  committer.Commit({}, [this](Status status) { done += status.ok() ? "-" : "!"; });
  Commit(committer, "b");
  RUN_UNTIL(loop, done.size() == 3);
  EXPECT_EQ(done, "a-b");
}

TEST_F(CommitterTest, TheDestructorWritesWhatWaits) {
  {
    Committer committer(loop, engine);
    for (const char* key : {"a", "b", "c"}) Commit(committer, key);
  }
  std::string all;
  for (const std::string& write : engine.writes) all += write;
  EXPECT_EQ(all, "abc");
  RUN_UNTIL(loop, done == "abc");
}

TEST_F(CommitterTest, NumbersWritesWithoutGapsAlsoAfterARestart) {
  for (const std::string round : {"a", "b"}) {
    Committer committer(loop, engine);
    const uint64_t before = engine.writes.size();
    EXPECT_EQ(committer.durable_commit(), before);
    Commit(committer, round);
    RUN_UNTIL(loop, done == round);
    EXPECT_EQ(committer.durable_commit(), before + 1);
    committer.Commit({}, [this](Status) { done += "-"; });
    RUN_UNTIL(loop, done == round + "-");
    EXPECT_EQ(committer.durable_commit(), before + 1) << "nothing was written";
    done.clear();
  }
  EXPECT_EQ(engine.numbers, (std::vector<uint64_t>{1, 2}));
}

TEST_F(CommitterTest, UsesTheNumberOfAFailedWriteAgain) {
  Committer committer(loop, engine);
  for (const bool fail : {true, false}) {
    {
      const std::lock_guard lock(engine.hold);
      engine.fail = fail;
    }
    Commit(committer, "a");
    RUN_UNTIL(loop, done == (fail ? "!" : "!a"));
    EXPECT_EQ(committer.durable_commit(), fail ? 0u : 1u);
  }
  EXPECT_EQ(engine.numbers, (std::vector<uint64_t>{1, 1}));
}

TEST_F(CommitterTest, WritesNothingWhenTheLastNumberIsUnknown) {
  for (const bool malformed : {false, true}) {
    engine.unreadable = !malformed;
    engine.last_number = "?";
    Committer committer(loop, engine);
    Commit(committer, "a");
    RUN_UNTIL(loop, done == "!");
    EXPECT_EQ(last_error.code, malformed ? ErrorCode::kCorrupt : ErrorCode::kIo);
    done.clear();
  }
  EXPECT_TRUE(engine.writes.empty());
}

TEST_F(CommitterTest, AFullDiskTakesWhatTakesNoRoomUntilThereIsSomeAgain) {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/reserve";
  const auto commit = [&](Committer& committer, WriteBatch batch, const std::string& name) {
    committer.Commit(std::move(batch), [this, name](const Status& status) {
      done += status ? name : "!";
      if (!status) last_error = status.error();
    });
    const size_t before = done.size();
    RUN_UNTIL(loop, done.size() > before);
  };
  WriteBatch trimming;
  trimming.DeleteRange(Space::kLog, "a", "b");
  trimming.Put(Space::kMeta, "position", std::string(100, 'p'));
  WriteBatch large;
  large.Put(Space::kMeta, "package", std::string(1 << 20, 'p'));
  {
    Committer committer(loop, engine, {}, std::make_unique<DiskReserve>(folder.path(), 1 << 20));
    EXPECT_TRUE(std::filesystem::exists(file));
    engine.fail = true;
    engine.fails_with = ErrorCode::kLimit;
    commit(committer, Put("a"), "a");
    EXPECT_FALSE(std::filesystem::exists(file));
    engine.fail = false;
    // There is room: the file cannot be had only because a folder is in its place.
    std::filesystem::create_directory(file);
    std::filesystem::create_directory(file + "/x");
    commit(committer, Put("b"), "b");
    EXPECT_EQ(last_error.code, ErrorCode::kLimit);
    commit(committer, trimming, "t");
    commit(committer, large, "l");
    EXPECT_EQ(done, "!!t!");
    std::filesystem::remove_all(file);
    commit(committer, Put("c"), "c");
    EXPECT_EQ(done, "!!t!c");
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(file)) << "given back in the end";
}

TEST_F(CommitterTest, CallbacksMayCommit) {
  Committer committer(loop, engine);
  committer.Commit(Put("a"), [&](Status) { Commit(committer, "b"); });
  RUN_UNTIL(loop, done == "b");
}

}  // namespace
}  // namespace lifeboat::net
