#include "dynamodb/number.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::dynamodb {
namespace {

std::string Text(std::string_view text) {
  const Result<Number> n = Number::Parse(text);
  return n.ok() ? n->ToString() : n.error().message;
}

TEST(Number, ReadsAwsSyntaxAndAnswersPlainDecimals) {
  const std::pair<const char*, const char*> kTable[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0e125", "0"},
      {"0.0e126", "0"},
      {"1E2", "100"},
      {"0042.1200", "42.12"},
      {".123", "0.123"},
      {"1.", "1"},
      {"+3", "3"},
      {"1e+5", "100000"},
      {"-17.4E1", "-174"},
      {"100", "100"},
      {"1.5e-3", "0.0015"},
      {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
      {"123456789012345678901234567890123456780000", "123456789012345678901234567890123456780000"},
  };
  for (const auto& [in, out] : kTable) EXPECT_EQ(Text(in), out) << in;
  EXPECT_EQ(Text("1E125"), "1" + std::string(125, '0'));
  EXPECT_EQ(Text("1e-130"), "0." + std::string(129, '0') + "1");
}

TEST(Number, RefusesAsAws) {
  const std::string kNumeric = "The parameter cannot be converted to a numeric value: ";
  for (const char* bad : {"", " 1", "1 ", "abc", "1.2.3", "0x10", "1e", "e5", ".", "-", "NaN",
                          "Infinity", "1e9223372036854775808", "--1", "1e1.5"}) {
    EXPECT_EQ(Text(bad), kNumeric + bad);
  }
  for (const char* large :
       {"1e126", "11e125", "-1e126", "1e99999999999", "1e2147483648", "0e126"}) {
    EXPECT_EQ(Text(large),
              "Number overflow. Attempting to store a number with magnitude larger than supported "
              "range")
        << large;
  }
  for (const char* small : {"1e-131", "0.9e-130", "1e-99999999999", "0e-131"}) {
    EXPECT_EQ(Text(small),
              "Number underflow. Attempting to store a number with magnitude smaller than "
              "supported range")
        << small;
  }
  EXPECT_EQ(Text("123456789012345678901234567890123456789"),
            "Attempting to store more than 38 significant digits in a Number");
}

std::string Sum(const char* a, const char* b) {
  const Result<Number> n = Number::Add(*Number::Parse(a), *Number::Parse(b));
  return n.ok() ? n->ToString() : n.error().message.substr(0, 15);
}

TEST(Number, AddsExactly) {
  EXPECT_EQ(Sum("1", "10000000000000000000000"), "10000000000000000000001");
  EXPECT_EQ(Sum("5.3", "0.05"), "5.35");
  EXPECT_EQ(Sum("1", "-1"), "0");
  EXPECT_EQ(Sum("0", "-7"), "-7");
  EXPECT_EQ(Sum("1e-130", "-1e-130"), "0");
  EXPECT_EQ(Sum("9e125", "9e125"), "Number overflow");
  EXPECT_EQ(Sum("1e50", "1"), "Number overflow");  // More than 38 digits.
  EXPECT_EQ(Sum("-1e125", "1e-130"), "Number overflow");
}

Number Random() {
  const int length = *rc::gen::inRange(0, 39);
  std::string digits;
  for (int i = 0; i < length; ++i)
    digits += static_cast<char>(*rc::gen::inRange<int>('0', '9' + 1));
  const int exponent = *rc::gen::weightedOneOf<int>(
      {{3, rc::gen::inRange(-5, 6)}, {1, rc::gen::inRange(-130, 126 - 38)}});
  const std::string text = fmt::format("{}{}e{}", *rc::gen::arbitrary<bool>() ? "-" : "",
                                       digits.empty() ? "0" : digits, exponent);
  const Result<Number> n = Number::Parse(text);
  RC_ASSERT(n.ok());
  return *n;
}

// The slow reference: whole numbers as digit strings, after a shift that makes both whole.
using Digits = std::vector<int>;  // Least significant first.
constexpr int kShift = 170;

Digits Magnitude(const Number& n) {
  Digits out(400, 0);
  for (size_t i = 0; i < n.digits().size(); ++i) {
    const int power = n.exponent() - 1 - static_cast<int>(i) + kShift;
    out[static_cast<size_t>(power)] = n.digits()[i] - '0';
  }
  return out;
}

bool Less(const Digits& a, const Digits& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

int ReferenceCompare(const Number& a, const Number& b) {
  const Digits x = Magnitude(a);
  const Digits y = Magnitude(b);
  if (a.negative() != b.negative()) return a.negative() ? -1 : 1;
  if (x == y) return 0;
  return Less(x, y) != a.negative() ? -1 : 1;
}

std::string ReferenceSum(const Number& a, const Number& b) {
  Digits x = Magnitude(a);
  Digits y = Magnitude(b);
  bool negative = a.negative();
  if (a.negative() == b.negative()) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  } else {
    if (Less(x, y)) {
      std::swap(x, y);
      negative = b.negative();
    }
    for (size_t i = 0; i < x.size(); ++i) x[i] -= y[i];
  }
  for (size_t i = 0; i + 1 < x.size(); ++i) {
    while (x[i] < 0) x[i] += 10, --x[i + 1];
    while (x[i] > 9) x[i] -= 10, ++x[i + 1];
  }
  if (x == Digits(x.size(), 0)) return "0";
  std::string text;
  for (size_t i = x.size(); i-- > 0;) text += static_cast<char>('0' + x[i]);
  return fmt::format("{}{}e-{}", negative ? "-" : "", text, kShift);
}

RC_GTEST_PROP(NumberProperty, TextRoundTrips, ()) {
  const Number n = Random();
  RC_ASSERT(*Number::Parse(n.ToString()) == n);
}

RC_GTEST_PROP(NumberProperty, OrderIsTheReferences, ()) {
  const Number a = Random();
  const Number b = *rc::gen::arbitrary<bool>() ? Random() : a;
  const int expected = ReferenceCompare(a, b);
  RC_ASSERT(((a <=> b) < 0) == (expected < 0));
  RC_ASSERT((a == b) == (expected == 0));
}

RC_GTEST_PROP(NumberProperty, SortableBytesSortAsNumbers, ()) {
  const Number a = Random();
  const Number b = Random();
  const std::string x = a.EncodeSortable();
  const std::string y = b.EncodeSortable();
  RC_ASSERT((x < y) == (a < b));
  RC_ASSERT((x == y) == (a == b));
  RC_ASSERT(*Number::DecodeSortable(x) == a);
}

RC_GTEST_PROP(NumberProperty, SumsAreTheReferences, ()) {
  const Number a = Random();
  const Number b = Random();
  const Result<Number> expected = Number::Parse(ReferenceSum(a, b));
  const Result<Number> sum = Number::Add(a, b);
  RC_ASSERT(sum.ok() == expected.ok());
  if (!sum.ok()) return;
  RC_ASSERT(*sum == *expected);
  RC_ASSERT(*Number::Subtract(*sum, b) == a);
}

RC_GTEST_PROP(NumberProperty, DecodeTakesOnlyWhatEncodeMade, (const std::string& bytes)) {
  const Result<Number> n = Number::DecodeSortable(bytes);
  if (n.ok()) RC_ASSERT(n->EncodeSortable() == bytes);
}

RC_GTEST_PROP(NumberProperty, IntegersAreThemselves, (int64_t value)) {
  RC_ASSERT(Number::FromInt(value).ToString() == std::to_string(value));
}

}  // namespace
}  // namespace lifeboat::dynamodb
