#include "dynamodb/attribute_value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dynamodb/key_codec.h"
#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::ItemOf;

size_t SizeOfNumber(const char* text) { return SizeOf(AttributeValue::N(*Number::Parse(text))); }

TEST(Size, NumbersByDigitsOnEachSideOfThePoint) {
  // Measured against AWS at the 400 KB limit (dynamodb-conformance).
  const std::pair<const char*, size_t> kTable[] = {
      {"0", 1},     {"1", 2},       {"12", 2},
      {"123", 3},   {"1234", 3},    {"0042", 2},
      {"100", 2},   {"1010", 3},    {"0.0000001", 2},
      {"1E125", 2}, {"1E-100", 2},  {"1.5", 3},
      {"15", 2},    {"1.2", 3},     {"1.200", 3},
      {"1.234", 4}, {"3.14159", 5}, {"123456", 4},
      {"-1", 3},    {"-0", 1},      {"12345678901234567890123456789012345678", 20},
  };
  for (const auto& [text, size] : kTable) EXPECT_EQ(SizeOfNumber(text), size) << text;
}

TEST(Size, IsNamesAndValues) {
  EXPECT_EQ(
      SizeOf(ItemOf(R"({"pk":{"S":"é"},"b":{"B":"aGk="},"t":{"BOOL":true},"n":{"NULL":true}})")),
      2u + 2 + 1 + 2 + 1 + 1 + 1 + 1);
  EXPECT_EQ(SizeOf(ItemOf(R"({"s":{"SS":["a","bc"]},"n":{"NS":["1","22"]},"b":{"BS":["aGk="]}})")),
            1u + 3 + 1 + 4 + 1 + 2);
  EXPECT_EQ(SizeOf(ItemOf(R"({"l":{"L":[{"S":"x"},{"N":"1"}]}})")), 1u + 3 + 2 + 1 + 2);
  EXPECT_EQ(SizeOf(ItemOf(R"({"m":{"M":{"key":{"S":"x"}}}})")), 1u + 3 + 1 + 3 + 1);
}

TEST(AttributeMap, KeepsNamesSorted) {
  AttributeMap map;
  map.Set("b", AttributeValue::S("1"));
  map.Set("a", AttributeValue::S("2"));
  map.Set("b", AttributeValue::S("3"));
  ASSERT_EQ(map.size(), 2u);
  EXPECT_EQ(map.begin()->first, "a");
  EXPECT_EQ(*map.Find("b")->If<std::string>(), "3");
  EXPECT_EQ(map.Find("c"), nullptr);
  EXPECT_TRUE(map.Erase("a"));
  EXPECT_FALSE(map.Erase("a"));
  AttributeMap same;
  same.Set("b", AttributeValue::S("3"));
  EXPECT_EQ(map, same);
}

AttributeValue RandomValue(int depth) {
  using V = AttributeValue::Variant;
  const auto text = [] { return *rc::gen::arbitrary<std::string>(); };
  const auto texts = [&] {
    std::set<std::string> set{text()};
    while (*rc::gen::arbitrary<bool>()) set.insert(text());
    return std::vector<std::string>(set.begin(), set.end());
  };
  const auto number = [] { return Number::FromInt(*rc::gen::arbitrary<int64_t>()); };
  switch (*rc::gen::inRange(0, depth > 0 ? 10 : 8)) {
    case 0:
      return AttributeValue::S(text());
    case 1:
      return AttributeValue::N(number());
    case 2:
      return AttributeValue::B(text());
    case 3:
      return V(*rc::gen::arbitrary<bool>());
    case 4:
      return V(Null{});
    case 5:
      return V(StringSet{texts()});
    case 6:
      return V(BinarySet{texts()});
    case 7: {
      std::set<Number> set{number()};
      while (*rc::gen::arbitrary<bool>()) set.insert(number());
      return V(NumberSet{{set.begin(), set.end()}});
    }
    case 8: {
      List list;
      while (*rc::gen::arbitrary<bool>()) list.push_back(RandomValue(depth - 1));
      return V(std::move(list));
    }
    default: {
      AttributeMap map;
      while (*rc::gen::arbitrary<bool>()) map.Set(text(), RandomValue(depth - 1));
      return V(std::move(map));
    }
  }
}

Item RandomItem() {
  Item item;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    item.Set(*rc::gen::arbitrary<std::string>(), RandomValue(3));
  }
  return item;
}

RC_GTEST_PROP(ItemCodec, RoundTrips, ()) {
  const Item item = RandomItem();
  const std::string bytes = EncodeItem(item);
  RC_ASSERT(*DecodeItem(bytes) == item);
  // Whatever is cut off or changed is noticed or another item, never a crash.
  RC_ASSERT(!DecodeItem(std::string_view(bytes).substr(0, bytes.size() - 1)).ok());
  RC_ASSERT(!DecodeItem(bytes + "x").ok());
  std::string bent = bytes;
  bent[*rc::gen::inRange<size_t>(0, bent.size())] = *rc::gen::arbitrary<char>();
  const Result<Item> other = DecodeItem(bent);
  if (other.ok()) RC_ASSERT(EncodeItem(*other) == bent);
}

TEST(ItemCodec, RefusesMalformedBytes) {
  const auto refused = [](std::string_view bytes) { return !DecodeItem(bytes).ok(); };
  using namespace std::string_view_literals;
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("\x02\x00"sv));                  // Unknown format.
  EXPECT_TRUE(refused("\x01\x01"sv));                  // Member missing.
  EXPECT_TRUE(refused("\x01\xff\xff\xff\xff\x0f"sv));  // Count beyond the bytes.
  EXPECT_TRUE(
      refused("\x01\x01\x01"
              "a\x0a"sv));  // Unknown type.
  EXPECT_TRUE(
      refused("\x01\x01\x01"
              "a\x03\x02"sv));  // Neither true nor false.
  EXPECT_TRUE(
      refused("\x01\x01\x01"
              "a\x07\x00"sv));  // Empty set.
  EXPECT_TRUE(
      refused("\x01\x01\x01"
              "a\x07\x02\x01z\x01z"sv));  // Twice the same.
  EXPECT_TRUE(
      refused("\x01\x02\x01"
              "b\x04\x01"
              "a\x04"sv));  // Names not ascending.
  std::string deep =
      "\x01\x01\x01"
      "a";
  for (int i = 0; i < 40; ++i) deep += "\x06\x01";
  EXPECT_TRUE(refused(deep + "\x04"));
}

// What stored items and keys look like must not change.
TEST(ItemCodec, FormatIsFixed) {
  using namespace std::string_view_literals;
  EXPECT_EQ(
      EncodeItem(ItemOf(
          R"({"a":{"S":"x"},"b":{"N":"-15.5"},"c":{"BOOL":true},"d":{"L":[{"NULL":true}]}})")),
      "\x01\x04\x01"
      "a\x00\x01x\x01"
      "b\x01\x05\x01\x7c\xef\xcc\xff\x01"
      "c\x03\x01\x01"
      "d\x06\x01\x04"sv);
  EXPECT_EQ(EncodeKeyValue(AttributeValue::N(*Number::Parse("15.5"))), "\x03\x83\x10\x33"sv);
  EXPECT_EQ(EncodeKeyValue(AttributeValue::N(Number())), "\x02"sv);
}

RC_GTEST_PROP(KeyCodec, KeepsOrder, (const std::string& a, const std::string& b)) {
  RC_ASSERT((EncodeKeyValue(AttributeValue::S(a)) < EncodeKeyValue(AttributeValue::S(b))) ==
            (a < b));
  for (const Type type : {Type::kS, Type::kB}) {
    const AttributeValue value = type == Type::kS ? AttributeValue::S(a) : AttributeValue::B(a);
    RC_ASSERT(*DecodeKeyValue(type, EncodeKeyValue(value)) == value);
  }
  const AttributeValue n = AttributeValue::N(Number::FromInt(*rc::gen::arbitrary<int64_t>()));
  RC_ASSERT(*DecodeKeyValue(Type::kN, EncodeKeyValue(n)) == n);
  RC_ASSERT(!DecodeKeyValue(Type::kN, "\x07").ok());
}

}  // namespace
}  // namespace lifeboat::dynamodb
