#include "replication/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::replication {
namespace {

using storage::StoredItem;

/// Few times and regions, so that versions meet. As in life, a Version belongs to one write: equal
/// versions have equal images.
StoredItem ArbitraryItem() {
  StoredItem item;
  item.version = {*rc::gen::inRange<int64_t>(1, 4), *rc::gen::inRange<uint32_t>(0, 3),
                  *rc::gen::element<std::string>("a", "b", "c")};
  item.tombstone = StableHash64(storage::ToString(item.version)) % 3 == 0;
  if (!item.tombstone) item.image = storage::ToString(item.version);
  return item;
}

std::string Bytes(const StoredItem& item) { return storage::EncodeStoredItem(item); }

RC_GTEST_PROP(Merge, IsCommutative, ()) {
  const StoredItem a = ArbitraryItem(), b = ArbitraryItem();
  RC_ASSERT(Bytes(Merge(a, b)) == Bytes(Merge(b, a)));
}

RC_GTEST_PROP(Merge, IsAssociative, ()) {
  const StoredItem a = ArbitraryItem(), b = ArbitraryItem(), c = ArbitraryItem();
  RC_ASSERT(Bytes(Merge(Merge(a, b), c)) == Bytes(Merge(a, Merge(b, c))));
}

RC_GTEST_PROP(Merge, IsIdempotent, ()) {
  const StoredItem a = ArbitraryItem(), b = ArbitraryItem();
  RC_ASSERT(Bytes(Merge(a, a)) == Bytes(a));
  RC_ASSERT(Bytes(Merge(Merge(a, b), b)) == Bytes(Merge(a, b)));
}

TEST(Merge, TheLaterWriteWinsAndTheRegionBreaksTies) {
  EXPECT_TRUE(Wins({1, 0, "a"}, std::nullopt));
  EXPECT_TRUE(Wins({2, 0, "a"}, storage::Version{1, 9, "b"}));
  EXPECT_TRUE(Wins({1, 1, "a"}, storage::Version{1, 0, "b"}));
  EXPECT_TRUE(Wins({1, 1, "b"}, storage::Version{1, 1, "a"}));
  EXPECT_FALSE(Wins({1, 1, "a"}, storage::Version{1, 1, "a"}));
}

}  // namespace
}  // namespace lifeboat::replication
