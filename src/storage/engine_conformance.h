// The contract of Engine as tests, run over every engine. A fixture has `Engine& engine()` and
// `void Reopen()`, which ends the engine as a crash would and opens it again.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/prng.h"
#include "storage/engine.h"

namespace lifeboat::storage {

template <class Fixture>
class EngineConformance : public testing::Test {
 protected:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  Engine& engine() { return fixture_.engine(); }
  void Reopen() { fixture_.Reopen(); }
  void Put(Space space, std::string key, std::string value) {
    WriteBatch batch;
    batch.Put(space, std::move(key), std::move(value));
    ASSERT_TRUE(engine().Write(batch).ok());
  }
  std::optional<std::string> Get(Space space, std::string_view key) {
    auto value = engine().Get(space, key);
    EXPECT_TRUE(value.ok());
    return value.ok() ? *value : std::nullopt;
  }
  static Pairs Collect(Iterator& it, std::string_view from) {
    Pairs out;
    for (it.Seek(from); it.Valid(); it.Next()) out.emplace_back(it.key(), it.value());
    EXPECT_TRUE(it.status().ok());
    return out;
  }
  Pairs All(Space space, std::string_view lower = "", std::string_view upper = "") {
    return Collect(*engine().NewIterator(space, lower, upper), lower);
  }

 private:
  Fixture fixture_;
};

TYPED_TEST_SUITE_P(EngineConformance);

TYPED_TEST_P(EngineConformance, SpacesDoNotMix) {
  this->Put(Space::kMeta, "k", "meta");
  this->Put(Space::kItems, "k", "items");
  EXPECT_EQ(this->Get(Space::kMeta, "k"), "meta");
  EXPECT_EQ(this->Get(Space::kItems, "k"), "items");
  EXPECT_EQ(this->Get(Space::kLog, "k"), std::nullopt);
}

TYPED_TEST_P(EngineConformance, BatchAppliesInOrder) {
  WriteBatch batch;
  batch.Put(Space::kItems, "a", "1");
  batch.Put(Space::kItems, "b", "1");
  batch.DeleteRange(Space::kItems, "a", "c");
  batch.Put(Space::kItems, "b", "2");
  batch.Put(Space::kItems, "c", "1");
  batch.Delete(Space::kItems, "c");
  batch.Delete(Space::kItems, "never there");
  ASSERT_TRUE(this->engine().Write(batch).ok());
  EXPECT_EQ(this->All(Space::kItems),
            (std::vector<std::pair<std::string, std::string>>{{"b", "2"}}));
}

TYPED_TEST_P(EngineConformance, EmptyBatchAndEmptyValueAreAllowed) {
  ASSERT_TRUE(this->engine().Write(WriteBatch()).ok());
  this->Put(Space::kMeta, "k", "");
  EXPECT_EQ(this->Get(Space::kMeta, "k"), "");
}

TYPED_TEST_P(EngineConformance, DeleteRangeLeavesItsEndAndOtherSpaces) {
  for (const char* key : {"a", "b", "c"}) {
    this->Put(Space::kItems, key, "v");
    this->Put(Space::kLog, key, "v");
  }
  WriteBatch batch;
  batch.DeleteRange(Space::kItems, "a", "c");
  batch.DeleteRange(Space::kLog, "c", "c");
  ASSERT_TRUE(this->engine().Write(batch).ok());
  EXPECT_EQ(this->All(Space::kItems).size(), 1u);
  EXPECT_EQ(this->All(Space::kLog).size(), 3u);
}

TYPED_TEST_P(EngineConformance, IteratorKeepsToItsBounds) {
  for (const char* key : {"a", "b", "c", "d", "e"}) this->Put(Space::kItems, key, key);
  const auto it = this->engine().NewIterator(Space::kItems, "b", "d");
  it->Seek("a");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  it->Next();
  EXPECT_EQ(it->key(), "c");
  it->Next();
  EXPECT_FALSE(it->Valid());
  it->Seek("d");
  EXPECT_FALSE(it->Valid());
  it->SeekForPrev("z");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "c");
  it->Prev();
  EXPECT_EQ(it->key(), "b");
  it->Prev();
  EXPECT_FALSE(it->Valid());
  it->SeekForPrev("a");
  EXPECT_FALSE(it->Valid());
  it->SeekForPrev("bb");
  ASSERT_TRUE(it->Valid());
  EXPECT_EQ(it->key(), "b");
  EXPECT_TRUE(it->status().ok());
}

TYPED_TEST_P(EngineConformance, IteratorOverNothing) {
  this->Put(Space::kItems, "m", "v");
  for (const auto& [lower, upper] : {std::pair("n", ""), {"a", "b"}, {"m", "m"}, {"z", "a"}}) {
    const auto it = this->engine().NewIterator(Space::kItems, lower, upper);
    it->Seek("m");
    EXPECT_FALSE(it->Valid());
    it->SeekForPrev("z");
    EXPECT_FALSE(it->Valid());
    EXPECT_TRUE(it->status().ok());
  }
}

TYPED_TEST_P(EngineConformance, IteratorSeesASnapshot) {
  this->Put(Space::kItems, "a", "1");
  const auto it = this->engine().NewIterator(Space::kItems, "", "");
  this->Put(Space::kItems, "a", "2");
  this->Put(Space::kItems, "b", "2");
  EXPECT_EQ(this->Collect(*it, ""), (std::vector<std::pair<std::string, std::string>>{{"a", "1"}}));
  EXPECT_EQ(this->All(Space::kItems).size(), 2u);
}

TYPED_TEST_P(EngineConformance, AnyBytesAreAKeyAndSortUnsigned) {
  const std::vector<std::string> keys = {
      std::string(1, '\0'), std::string("\0\xff", 2), "\x7f", "\x80", "\xff", "\xff\xff"};
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) this->Put(Space::kLog, *key, *key);
  const auto all = this->All(Space::kLog);
  ASSERT_EQ(all.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(all[i].first, keys[i]);
}

TYPED_TEST_P(EngineConformance, WrittenIsThereAfterACrash) {
  this->Put(Space::kMeta, "a", "1");
  this->Put(Space::kItems, "b", std::string(1 << 20, 'x'));
  WriteBatch batch;
  batch.Put(Space::kLog, "c", "3");
  batch.Delete(Space::kMeta, "a");
  ASSERT_TRUE(this->engine().Write(batch).ok());
  this->Reopen();
  EXPECT_EQ(this->Get(Space::kMeta, "a"), std::nullopt);
  EXPECT_EQ(this->Get(Space::kItems, "b")->size(), 1u << 20);
  EXPECT_EQ(this->Get(Space::kLog, "c"), "3");
}

/// A few hundred random batches with crashes between them, compared with a std::map.
TYPED_TEST_P(EngineConformance, AgreesWithAModel) {
  Prng prng(7);
  std::map<std::string, std::string> model;
  const auto key = [&] { return fmt::format("{:02}", prng.Below(60)); };
  for (int round = 0; round < 300; ++round) {
    WriteBatch batch;
    for (uint64_t ops = prng.Below(8); ops > 0; --ops) {
      const std::string a = key(), b = key();
      switch (prng.Below(8)) {
        case 0:
          batch.DeleteRange(Space::kItems, std::min(a, b), std::max(a, b));
          model.erase(model.lower_bound(std::min(a, b)), model.lower_bound(std::max(a, b)));
          break;
        case 1:
        case 2:
          batch.Delete(Space::kItems, a);
          model.erase(a);
          break;
        default:
          model[a] = std::to_string(prng.Next());
          batch.Put(Space::kItems, a, model[a]);
      }
    }
    ASSERT_TRUE(this->engine().Write(batch).ok());
    if (prng.Chance(1, 40)) this->Reopen();
    const auto all = this->All(Space::kItems);
    ASSERT_EQ((std::map<std::string, std::string>(all.begin(), all.end())), model);
  }
}

REGISTER_TYPED_TEST_SUITE_P(EngineConformance, SpacesDoNotMix, BatchAppliesInOrder,
                            EmptyBatchAndEmptyValueAreAllowed,
                            DeleteRangeLeavesItsEndAndOtherSpaces, IteratorKeepsToItsBounds,
                            IteratorOverNothing, IteratorSeesASnapshot,
                            AnyBytesAreAKeyAndSortUnsigned, WrittenIsThereAfterACrash,
                            AgreesWithAModel);

}  // namespace lifeboat::storage
