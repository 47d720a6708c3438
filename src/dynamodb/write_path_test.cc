// Reads beside writes: what Read() says is what the engine holds at that moment, also between the
// one when a commit becomes visible and the one when it is acknowledged, and after it has failed.
#include "dynamodb/write_path.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "storage/memory_engine.h"

namespace lifeboat::dynamodb {
namespace {

using storage::Space;

/// A commit becomes visible at one step and is acknowledged at a later one.
class StepCommitter final : public storage::Committer {
 public:
  explicit StepCommitter(storage::Engine& engine) : engine_(engine) {}
  void Commit(storage::WriteBatch batch, std::function<void(Status)> done) override {
    waiting_.push_back({std::move(batch), std::move(done)});
  }
  uint64_t durable_commit() const override { return durable_; }
  void StoreNext() {
    if (stored_ == waiting_.size()) return;
    EXPECT_TRUE(engine_.Write(waiting_[stored_++].batch).ok());
    ++durable_;
  }
  void AnswerNext(Status status) {
    if (waiting_.empty()) return;
    if (status && stored_ == 0) StoreNext();
    const auto done = std::move(waiting_.front().done);
    waiting_.pop_front();
    if (stored_ > 0) --stored_;
    done(status);
  }

 private:
  struct Entry {
    storage::WriteBatch batch;
    std::function<void(Status)> done;
  };
  storage::Engine& engine_;
  std::deque<Entry> waiting_;
  size_t stored_ = 0;  ///< How many of waiting_ are visible.
  uint64_t durable_ = 0;
};

class Rig {
 public:
  explicit Rig(bool global) : committer_(engine_) {
    Table table;
    table.id = kTable;
    table.name = "things";
    if (global) table.replicas.resize(1);
    catalog_.Put(std::move(table));
  }

  static std::string Key(int number) {
    return storage::EncodeItemKey(kTable, std::to_string(number), "");
  }

  void Write(int number, std::optional<std::string> image) {
    path_.Submit(
        {Key(number)}, KeyQueue::Kind::kWrite,
        [this, key = Key(number), image]() -> http::AwsResult<WritePath::Evaluated> {
          const auto stored = path_.Read(key);
          WritePath::Evaluated evaluated;
          std::optional<std::string> old;
          if (*stored && !(*stored)->tombstone) old = (*stored)->image;
          evaluated.changes.push_back({kTable, key, std::move(old), image});
          return evaluated;
        },
        [](const http::AwsResult<void>&) {});
  }
  void RemoveAll() {
    path_.Submit(
        {"table"}, KeyQueue::Kind::kWrite,
        []() -> http::AwsResult<WritePath::Evaluated> {
          WritePath::Evaluated evaluated;
          const std::string prefix = storage::ItemPrefix(kTable);
          evaluated.also.DeleteRange(Space::kItems, prefix, storage::PrefixEnd(prefix));
          return evaluated;
        },
        [](const http::AwsResult<void>&) {});
  }

  /// What Read() and the engine say of a key.
  std::pair<std::string, std::string> Both(int number) {
    const auto show = [](const std::optional<storage::StoredItem>& item) {
      return item ? storage::EncodeStoredItem(*item) : "nothing";
    };
    const auto bytes = engine_.Get(Space::kItems, Key(number));
    const auto stored = *bytes ? std::optional(*storage::DecodeStoredItem(**bytes)) : std::nullopt;
    return {show(*path_.Read(Key(number))), show(stored)};
  }

  static constexpr storage::TableId kTable{7};
  ManualClock clock_;
  storage::MemoryEngine engine_;
  StepCommitter committer_;
  storage::VersionClock versions_{"us-east-1"};
  Catalog catalog_ = *Catalog::Load(engine_);
  // Room for some of the items, so that they push each other out.
  WritePath path_{{engine_, committer_, clock_, catalog_, versions_}, 5000};
};

RC_GTEST_PROP(WritePath, ReadsWhatTheEngineHolds, (bool global)) {
  constexpr int kKeys = 24;
  constexpr int kWrittenKeys = 5;
  Rig rig(global);
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 12), rc::gen::inRange(0, kWrittenKeys)));
  int value = 0;
  for (const auto& [what, key] : steps) {
    if (what < 4) {
      ++value;
      rig.Write(key, std::string(static_cast<size_t>(value % 9), 'v') + std::to_string(value));
    } else if (what < 6) {
      rig.Write(key, std::nullopt);
    } else if (what < 8) {
      rig.committer_.StoreNext();
    } else if (what < 10) {
      rig.committer_.AnswerNext({});
    } else if (what == 10) {
      rig.committer_.AnswerNext(Error{ErrorCode::kIo, "disk"});
      rig.path_.Tick();
    } else {
      rig.RemoveAll();
    }
    for (int each = 0; each < kKeys; ++each) {
      const auto [read, held] = rig.Both(each);
      RC_ASSERT(read == held);
    }
  }
}

TEST(WritePath, AHotItemIsNotReadFromTheEngineAgain) {
  Rig rig(false);
  for (const char* value : {"first", "second"}) {
    rig.Write(1, value);
    rig.committer_.AnswerNext({});
  }
  const std::string known = rig.Both(1).first;
  // Behind its back, as nobody else does: this shows where the answer comes from.
  storage::WriteBatch batch;
  batch.Delete(Space::kItems, Rig::Key(1));
  ASSERT_TRUE(rig.engine_.Write(batch).ok());
  EXPECT_EQ(rig.Both(1), std::pair(known, std::string("nothing")));
}

}  // namespace
}  // namespace lifeboat::dynamodb
