// JSON in and out: round trips, hostile input, and the rules that callers rely on.
#include "json/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::json {
namespace {

TEST(JsonTest, ReadsEveryKind) {
  const auto v = Parse(R"({"a":[1,-2.5,true,null,"x\u00e9\n"],"b":{"c":{}}})");
  ASSERT_TRUE(v.ok());
  EXPECT_EQ(Write(*v), "{\"a\":[1,-2.5,true,null,\"xé\\n\"],\"b\":{\"c\":{}}}");
  EXPECT_EQ(v->Find("a")->as_array()[0].as_int(), 1);
  EXPECT_TRUE(v->FindPath({"b", "c"})->is_object());
  EXPECT_EQ(v->FindPath({"b", "x", "y"}), nullptr);
}

TEST(JsonTest, RefusesWhatIsNotJson) {
  for (const char* text :
       {"", "{", "[1,]", "{\"a\"}", "01", "nul", "\"\x01\"", "1 2", "\"\xff\"", "{'a':1}"}) {
    EXPECT_FALSE(Parse(text).ok()) << text;
  }
  EXPECT_FALSE(Parse(std::string(100'000, '[')).ok());
}

TEST(JsonTest, LastOfEqualKeysCounts) {
  EXPECT_EQ(Write(*Parse(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
  std::string big = "{";
  for (int i = 0; i < 100; ++i) big += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_EQ(Parse(big + "\"k7\":1}")->Find("k7")->as_int(), 1);
}

RC_GTEST_PROP(JsonTest, StringsRoundTrip, (const std::vector<uint8_t>& raw)) {
  std::string text;
  for (const uint8_t c : raw) text += static_cast<char>(c & 0x7f);
  RC_ASSERT(Parse(Quote(text))->as_string() == text);
}

RC_GTEST_PROP(JsonTest, NumbersRoundTrip, (int64_t i, double d)) {
  RC_ASSERT(*Parse(Write(Value(static_cast<long>(i))))->if_int() == i);
  RC_ASSERT(Parse(Write(Value(d)))->as_double() == d);
}

TEST(JsonTest, LargeDoublesAreReadBack) {
  for (const double d : {1111111111111111111111.0, -0x1p63, -0x1p64, 0x1p64, 1e300}) {
    const auto read = Parse(Write(Value(d)));
    ASSERT_TRUE(read.ok()) << d;
    EXPECT_EQ(read->as_double(), d);
  }
}

TEST(JsonTest, PrettyIsReadBack) {
  const Value v = Object{{"a", Array{1, Object{{"b", "c"}}}}, {"e", Array{}}};
  EXPECT_EQ(WritePretty(v),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c\"\n    }\n  ],\n  \"e\": []\n}\n");
  EXPECT_EQ(*Parse(WritePretty(v)), v);
}

// Eight bytes are looked at together: each place among them must find what is to be escaped.
TEST(ValueTest, NumbersBeyond64BitsAreNoIntegers) {
  for (const char* text : {"1e300", "-1e300", "9223372036854775808", "1e19"}) {
    EXPECT_EQ(Parse(text)->as_int(7), 7) << text;
  }
  EXPECT_EQ(Parse("-9223372036854775808")->as_int(), INT64_MIN);
  EXPECT_EQ(Parse("1e3")->as_int(), 1000);
}

TEST(QuoteTest, EscapesAtEveryPlace) {
  const std::pair<char, std::string> kCases[] = {
      {'\0', "\\u0000"}, {'\x1f', "\\u001f"}, {'\n', "\\n"},    {'"', "\\\""},    {'\\', "\\\\"},
      {' ', " "},        {'!', "!"},          {'\x7f', "\x7f"}, {'\x80', "\x80"}, {'\xff', "\xff"}};
  for (const auto& [c, escaped] : kCases) {
    for (const char around : {'a', ' ', '\xff', '#', ']'}) {
      for (size_t length = 1; length <= 20; ++length) {
        for (size_t at = 0; at < length; ++at) {
          std::string text(length, around);
          text[at] = c;
          const std::string before(at, around), after(length - at - 1, around);
          EXPECT_EQ(Quote(text), '"' + before + escaped + after + '"');
        }
      }
    }
  }
}

}  // namespace
}  // namespace lifeboat::json
