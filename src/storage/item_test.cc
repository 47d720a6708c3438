#include "storage/item.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::storage {
namespace {

constexpr TableId kTable{0x0102030405060708};

/// Few different bytes, so that prefixes and escapes meet often.
rc::Gen<std::string> Parts() {
  return rc::gen::container<std::string>(
      rc::gen::element<char>('\x00', '\x01', 'a', '\xfe', '\xff'));
}

RC_GTEST_PROP(ItemKey, SurvivesTheRoundTrip, ()) {
  const std::string partition = *Parts(), sort = *Parts();
  const std::string key = EncodeItemKey(kTable, partition, sort);
  const auto parts = DecodeItemKey(key);
  RC_ASSERT(parts.ok());
  RC_ASSERT(parts->partition == partition);
  RC_ASSERT(parts->sort == sort);
  RC_ASSERT(HashOfItemKey(key) == StableHash64(partition));
  RC_ASSERT(key.starts_with(PartitionPrefix(kTable, partition)));
  RC_ASSERT(key.starts_with(HashPrefix(kTable, StableHash64(partition))));
  RC_ASSERT(key.starts_with(ItemPrefix(kTable)));
  for (size_t cut = 0; cut < key.size(); ++cut) {
    RC_ASSERT(!DecodeItemKey(std::string_view(key).substr(0, cut)).ok());
  }
  RC_ASSERT(!DecodeItemKey(key + "x").ok());
}

RC_GTEST_PROP(ItemKey, OrderIsThatOfTheParts, ()) {
  const auto a = std::pair(*Parts(), *Parts());
  const auto b = std::pair(*rc::gen::oneOf(rc::gen::just(a.first), Parts()), *Parts());
  const auto order = [](const auto& p) {
    return std::tuple(StableHash64(p.first), p.first, p.second);
  };
  const bool keys =
      EncodeItemKey(kTable, a.first, a.second) < EncodeItemKey(kTable, b.first, b.second);
  RC_ASSERT(keys == (order(a) < order(b)));
}

RC_GTEST_PROP(ItemKey, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto parts = DecodeItemKey(bytes);
  if (parts.ok())
    RC_ASSERT(EncodeItemKey(TableId{ByteReader(bytes).U64()}, parts->partition, parts->sort) ==
              bytes);
  HashOfItemKey(bytes);
  ByteReader reader(bytes);
  const auto part = ReadKeyPart(reader);
  if (part.ok()) {
    std::string again;
    AppendKeyPart(again, *part);
    RC_ASSERT(bytes.starts_with(again));
  }
}

TEST(ItemKey, RefusesAnotherIndexAndAWrongHash) {
  std::string key = EncodeItemKey(kTable, "p", "s");
  ASSERT_TRUE(DecodeItemKey(key).ok());
  std::string index = key;
  index[8] = 1;
  EXPECT_EQ(DecodeItemKey(index).error().code, ErrorCode::kCorrupt);
  std::string hash = key;
  hash[9] ^= 1;
  EXPECT_EQ(DecodeItemKey(hash).error().code, ErrorCode::kCorrupt);
}

/// The bytes of docs/formats/keys.md: they may never change.
TEST(ItemKey, GoldenBytes) {
  EXPECT_EQ(HexEncode(EncodeItemKey(kTable, std::string("a\0b", 3), "s")),
            "0102030405060708"
            "00" +
                HexEncode(HashPrefix(kTable, StableHash64({"a\0b", 3})).substr(9)) +
                "6100ff620001"
                "730001");
  EXPECT_EQ(HexEncode(EncodeStoredItem({{5, 1, "r"}, false, "img"})),
            "00"
            "0000000000000005"
            "01"
            "0172"
            "696d67");
}

RC_GTEST_PROP(StoredItem, SurvivesTheRoundTrip, (const std::string& image, bool tombstone)) {
  const StoredItem item{
      {*rc::gen::nonNegative<int64_t>(), 3, "us-east-1"}, tombstone, tombstone ? "" : image};
  const auto again = DecodeStoredItem(EncodeStoredItem(item));
  RC_ASSERT(again.ok());
  RC_ASSERT(again->version == item.version);
  RC_ASSERT(again->tombstone == item.tombstone);
  RC_ASSERT(again->image == item.image);
}

RC_GTEST_PROP(StoredItem, AnyBytesAreReadOrRefused, (const std::string& bytes)) {
  const auto item = DecodeStoredItem(bytes);
  if (!item.ok()) RC_ASSERT(item.error().code == ErrorCode::kCorrupt);
}

TEST(StoredItem, RefusesUnknownKindsAndTombstonesWithAnImage) {
  std::string bytes = EncodeStoredItem({{1, 1, "r"}, true, ""});
  ASSERT_TRUE(DecodeStoredItem(bytes).ok());
  EXPECT_FALSE(DecodeStoredItem(bytes + "x").ok());
  bytes[0] = 2;
  EXPECT_FALSE(DecodeStoredItem(bytes).ok());
}

}  // namespace
}  // namespace lifeboat::storage
