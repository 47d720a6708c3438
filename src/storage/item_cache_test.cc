#include "storage/item_cache.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace lifeboat::storage {
namespace {

using Value = std::optional<std::string>;

constexpr size_t kRoomForAll = 1 << 20;

TEST(ItemCache, KnowsWhatWasPutAndThatNothingIsStored) {
  ItemCache cache(kRoomForAll);
  EXPECT_EQ(cache.Find("a"), nullptr);
  cache.Put("a", "1");
  cache.Put("b", std::nullopt);
  ASSERT_NE(cache.Find("a"), nullptr);
  EXPECT_EQ(*cache.Find("a"), Value("1"));
  ASSERT_NE(cache.Find("b"), nullptr);
  EXPECT_EQ(*cache.Find("b"), std::nullopt);
  cache.Put("a", "2");
  EXPECT_EQ(*cache.Find("a"), Value("2"));
  cache.Forget("a");
  cache.Forget("never there");
  EXPECT_EQ(cache.Find("a"), nullptr);
  cache.Clear();
  EXPECT_EQ(cache.Find("b"), nullptr);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(ItemCache, TheLeastRecentlyUsedGoFirst) {
  ItemCache cache(10'000);
  for (int i = 0; i < 1000; ++i) {
    cache.Put(std::to_string(i), std::string(50, 'x'));
    EXPECT_NE(cache.Find("0"), nullptr) << i;  // Used all the time, it stays.
    EXPECT_LE(cache.bytes(), 10'000u);
  }
  EXPECT_EQ(cache.Find("1"), nullptr);
  EXPECT_NE(cache.Find("999"), nullptr);
}

TEST(ItemCache, WantsWhatComesAgain) {
  ItemCache cache(kRoomForAll);
  EXPECT_FALSE(cache.Wants("a"));
  EXPECT_TRUE(cache.Wants("a"));
  cache.Put("b", "1");
  EXPECT_TRUE(cache.Wants("b"));
  int wanted = 0;
  for (int i = 0; i < 200'000; ++i) wanted += cache.Wants(std::to_string(i));
  EXPECT_LT(wanted, 200'000 / 4) << "only by the chance of an equal hash";
  EXPECT_TRUE(cache.Wants("b"));
}

TEST(ItemCache, AValueThatWouldTakeTheRoomOfManyIsNotKept) {
  ItemCache cache(kRoomForAll);
  cache.Put("a", "1");
  cache.Put("a", std::string(kRoomForAll / 50, 'x'));
  EXPECT_EQ(cache.Find("a"), nullptr) << "and least of all the old one";
}

RC_GTEST_PROP(ItemCache, NeverSaysWhatIsNotStored, ()) {
  ItemCache cache(2'000);
  std::map<std::string, Value> stored;
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 20), rc::gen::inRange(0, 4)));
  for (const auto& [number, what] : steps) {
    const std::string key = std::to_string(number);
    if (what == 0) {
      stored[key] = std::string(static_cast<size_t>(number), 'v');
      cache.Put(key, stored[key]);
    } else if (what == 1) {
      stored[key] = std::nullopt;
      cache.Put(key, std::nullopt);
    } else if (what == 2) {
      stored.erase(key);
      cache.Forget(key);
    } else if (const auto* found = cache.Find(key)) {
      RC_ASSERT(stored.contains(key));
      RC_ASSERT(*found == stored[key]);
    }
    RC_ASSERT(cache.bytes() <= 2'000u);
  }
}

}  // namespace
}  // namespace lifeboat::storage
