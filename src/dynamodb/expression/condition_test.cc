// Conditions: what they mean and how bad ones are refused. The texts are AWS's, as recorded by
// architect/dynalite, scylladb's alternator tests and public reports.
#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::ItemOf;
using testing::SubsOf;

constexpr std::string_view kItem = R"({
  "n1":{"N":"1"}, "n2":{"N":"2"}, "n10":{"N":"10"}, "s":{"S":"hello"}, "he":{"S":"he"},
  "wide":{"S":"é𝄞"}, "b":{"B":"aGkgdGhlcmU="}, "t":{"BOOL":true}, "nul":{"NULL":true},
  "l":{"L":[{"N":"2"},{"S":"dog"},{"L":[{"N":"3"}]},{"NS":["1","2"]}]},
  "m":{"M":{"x":{"N":"1"},"y":{"L":[{"N":"-1"},{"N":"2"}]}}},
  "ss":{"SS":["a","b"]}, "ns":{"NS":["4","2","7"]}, "bs":{"BS":["aGk=","eHl6"]}})";

constexpr std::string_view kNames = R"({"#a":"n1","#b":"s","#m":"m","#x":"x"})";
constexpr std::string_view kValues = R"({
  ":one":{"N":"1.0"}, ":two":{"N":"2"}, ":three":{"N":"3"}, ":five":{"N":"5"}, ":eight":{"N":"8"},
  ":hello":{"S":"hello"}, ":ell":{"S":"ell"}, ":a":{"S":"a"}, ":B":{"S":"B"}, ":S":{"S":"S"},
  ":hi":{"B":"aGk="}, ":there":{"B":"aGVyZQ=="}, ":l3":{"L":[{"N":"3"}]}, ":t":{"BOOL":true},
  ":ns":{"NS":["2","1"]}, ":nse":{"NS":["2","4","7"]},
  ":m":{"M":{"x":{"N":"1"}}},
  ":nul":{"NULL":true},
  ":dog":{"S":"dog"}, ":DOG":{"S":"DOG"}})";

std::string Evaluate(std::string_view text) {
  Substitutions subs = SubsOf(kNames, kValues);
  const AwsResult<Condition> condition = Condition::Parse("ConditionExpression", text, subs);
  if (!condition.ok()) return condition.error().message;
  return *condition->Evaluate(ItemOf(kItem)) ? "true" : "false";
}

constexpr const char* kTrue[] = {
    "n1 = :one",
    "n1 <= :one AND n1 >= :one AND n1 BETWEEN :one AND :one",
    "n1 < n2 AND n2 < n10",
    "n1<n2 aNd n2<n10",
    "n1 <> :hello",
    "nope <> :one",
    "nope <> nope2",
    "ns = :nse",
    "s > he",
    "n10 > :two",
    "n2 BETWEEN :one AND :three",
    "n2 between n1 and n10",
    "n2 BETWEEN n1 AND n10 AND n1 < n2",
    "n1 IN (:two, :one)",
    "n1 IN (:hello, n2, :one)",
    "l[2] IN (:l3)",
    "attribute_exists (n1)",
    "attribute_exists(m.y[1])",
    "attribute_not_exists(m.y[2])",
    "attribute_not_exists(s.x)",
    "attribute_not_exists(s[0])",
    "attribute_type(s, :S)",
    "attribute_type(:one, :S) OR attribute_type(b, :B)",
    "begins_with(s, he)",
    "begins_with(:hello, he)",
    "begins_with(b, :hi)",
    "contains(s, :ell)",
    "contains(b, :there)",
    "contains(ss, :a)",
    "contains(ns, :two)",
    "contains(bs, :hi)",
    "contains(l, :dog)",
    "contains(l, :l3)",
    "contains(l, :ns)",
    "size(s) = :five",
    "size (b) = :eight",
    "(size(ss)) = (:two)",
    "size(ns) = :three",
    "size(l) > :three",
    "size(m) = n2",
    "size(wide) = :three",
    "size(n1) <> :one",
    "size(nope) <> :one",
    "NOT n2 < n1",
    "NOT NOT NOT NOT n1 < n2",
    "n1 < n2 OR n2 < n1 AND n10 < n1",
    "(n1 < n2 OR n2 < n1) AND (n1 < n2 AND (n1 < n10))",
    "#a = :one AND #m.#x < m.y[1]",
    "#m.y[1] = n2",
    "(n1 = :one)",
    ":one = n1",
    ":one < :two",
};

TEST(Condition, IsTrue) {
  for (const char* text : kTrue) {
    EXPECT_EQ(Evaluate(text), "true") << text;
  }
}

constexpr const char* kFalse[] = {
    "n1 = :hello",
    "n1 < :one",
    "n1 > :one",
    "nope = nope2",
    "nope < :one",
    ":one < nope",
    "nope BETWEEN nope2 AND nope3",
    "n1 < s",
    "l < n1",
    "n2 BETWEEN n10 AND n1",
    "n1 BETWEEN he AND s",
    "nope IN (:one)",
    "attribute_type(s, :B)",
    "attribute_type(nope, :B)",
    "begins_with(s, n1)",
    "begins_with(n1, he)",
    "contains(s, n1)",
    "contains(ss, :ell)",
    "contains(b, :hello)",
    "contains(m, :a)",
    "contains(nope, :a)",
    "size(n1) = :one",
    "size(t) = :one",
    "size(s) = :dog",
    "m.z < m.y[100]",
    "NOT n1 < n2 AND n10 < n1",
    "attribute_exists(nope)",
    "t = :nul",
};

TEST(Condition, IsFalse) {
  for (const char* text : kFalse) {
    EXPECT_EQ(Evaluate(text), "false") << text;
  }
}

struct Refusal {
  const char* text;
  const char* message;  // Without the prefix.
};

constexpr Refusal kRefusals[] = {
    {"", "The expression can not be empty;"},
    {"foo", R"(Syntax error; token: "<EOF>", near: "foo")"},
    {"n1 = ", R"(Syntax error; token: "<EOF>", near: "=")"},
    {"n1 == :one", R"(Syntax error; token: "=", near: "== :one")"},
    {"n1 != :one", R"(Syntax error; token: "!", near: "n1 !=")"},
    {"#a attribute_not_exists :ckpst",
     R"(Syntax error; token: "attribute_not_exists", near: "#a attribute_not_exists :ckpst")"},
    {"tenantAgent:abc123-x", R"(Syntax error; token: ":abc123", near: "tenantAgent:abc123-")"},
    {"n1 = _x", R"(Syntax error; token: "_", near: "= _x")"},
    {"   |", R"(Syntax error; token: "|", near: "   |")"},
    {"n1 IN ()", R"-(Syntax error; token: ")", near: "()")-"},
    {"and = :one", R"(Syntax error; token: "and", near: "and =")"},
    {"(n1 = :one", R"(Syntax error; token: "<EOF>", near: ":one")"},
    {"n1 = :one)", R"-(Syntax error; token: ")", near: ":one)")-"},
    {"n1.0 = :one", R"(Syntax error; token: "0", near: ".0 =")"},
    {"l[:one] = :one", R"(Syntax error; token: ":one", near: "[:one]")"},
    {"(n1 = :one) = :one", R"-(Syntax error; token: "=", near: ") = :one")-"},
    {"é = :one", R"(Syntax error; token: "é", near: "é =")"},
    {"((n1 = :one))", "The expression has redundant parentheses;"},
    {"((n1)) = :one", "The expression has redundant parentheses;"},
    {"n1 < n2 AND ((n1 = :one))", "The expression has redundant parentheses;"},
    {"f(n1)", "Invalid function name; function: f"},
    {"SIZE(n1) = :one", "Invalid function name; function: SIZE"},
    {"if_not_exists(n1, n2) = :one",
     "The function is not allowed in a condition expression; function: if_not_exists"},
    {"size(n1)",
     "The function is not allowed to be used this way in an expression; function: size"},
    {"size(n1) AND n1 = :one",
     "The function is not allowed to be used this way in an expression; function: size"},
    {"attribute_exists(n1) = :one",
     "The function is not allowed to be used this way in an expression; function: "
     "attribute_exists"},
    {"size(contains(s, :a)) = :one",
     "The function is not allowed to be used this way in an expression; function: contains"},
    {"name = :one", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"m.Status = :one", "Attribute name is a reserved keyword; reserved keyword: Status"},
    {"#z = :one",
     "An expression attribute name used in the document path is not defined; attribute name: #z"},
    {"n1 = :z",
     "An expression attribute value used in expression is not defined; attribute value: :z"},
    {"size(s, n1) = :one",
     "Incorrect number of operands for operator or function; operator or function: size, number "
     "of operands: 2"},
    {"attribute_exists(n1, n2)",
     "Incorrect number of operands for operator or function; operator or function: "
     "attribute_exists, number of operands: 2"},
    {"n1 = n1",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: =, first operand: [n1]"},
    {"contains(#m.y[1], m.y[1])",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: contains, first operand: [m, y, [1]]"},
    {"begins_with(s, :one)",
     "Incorrect operand type for operator or function; operator or function: begins_with, "
     "operand "
     "type: N"},
    {"begins_with(size(s), :hello)",
     "Incorrect operand type for operator or function; operator or function: begins_with, "
     "operand "
     "type: N"},
    {"n1 < :l3",
     "Incorrect operand type for operator or function; operator or function: <, operand type: L"},
    {":t >= n1",
     "Incorrect operand type for operator or function; operator or function: >=, operand type: "
     "BOOL"},
    {"n1 BETWEEN :t AND :t",
     "Incorrect operand type for operator or function; operator or function: BETWEEN, operand "
     "type: BOOL"},
    {"size(:one) = :one",
     "Incorrect operand type for operator or function; operator or function: size, operand type: "
     "N"},
    {"size(size(s)) = :one",
     "Incorrect operand type for operator or function; operator or function: size, operand type: "
     "N"},
    {"attribute_exists(:one)",
     "Operator or function requires a document path; operator or function: attribute_exists"},
    {"attribute_type(s, :DOG)",
     "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
    {"attribute_type(s, he)",
     "Incorrect operand type for operator or function; operator or function: attribute_type, "
     "operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
    {"attribute_type(s, :one)",
     "Incorrect operand type for operator or function; operator or function: attribute_type, "
     "operand type: N"},
    {"n1 BETWEEN :two AND :one",
     "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
     "lower "
     "bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"},
    {"n1 BETWEEN :two AND :dog",
     "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
     "operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:dog}"},
    {"l[99999999999] = :one", "List index is not within the allowable range; index: [99999999999]"},
};

TEST(Condition, RefusesAsAws) {
  for (const Refusal& row : kRefusals) {
    EXPECT_EQ(Evaluate(row.text), std::string("Invalid ConditionExpression: ") + row.message)
        << row.text;
  }
}

// AWS tells the first problem of its first pass, whatever stands first in the text.
TEST(Condition, TellsTheProblemOfTheFirstPass) {
  const Refusal kTable[] = {
      {"name = :z AND ((n1 = :one))", "The expression has redundant parentheses;"},
      {"name = :z AND f(n1)", "Invalid function name; function: f"},
      {"n1 = :z AND name = :one", "Attribute name is a reserved keyword; reserved keyword: name"},
      {"begins_with(s, :one) AND n1 = :z",
       "Incorrect operand type for operator or function; operator or function: begins_with, "
       "operand "
       "type: N"},
      {"n1 = :z AND begins_with(s, :one)",
       "An expression attribute value used in expression is not defined; attribute value: :z"},
      {"n1 = :z AND (", R"(Syntax error; token: "<EOF>", near: "(")"},
  };
  for (const Refusal& row : kTable) {
    EXPECT_EQ(Evaluate(row.text), std::string("Invalid ConditionExpression: ") + row.message)
        << row.text;
  }
}

std::string Repeat(std::string_view part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(Condition, HasLimits) {
  const std::string kTooMany =
      "Invalid ConditionExpression: The expression contains too many operators; operator count: "
      "301";
  // 149 nested parentheses have 299 operators.
  EXPECT_EQ(Evaluate("n1<n2 " + Repeat("or (n1<n2 ", 149) + Repeat(")", 149)), "true");
  EXPECT_EQ(Evaluate("n1<n2 " + Repeat("or n1<n2 ", 149)), "true");
  EXPECT_EQ(Evaluate("n1<n2 " + Repeat("or n1<n2 ", 150)), kTooMany);
  EXPECT_EQ(Evaluate(Repeat("not ", 1000) + "n1<n2"), kTooMany);
  EXPECT_EQ(Evaluate("a<b " + Repeat("or (a<b ", 454) + Repeat(")", 454)), kTooMany);
  EXPECT_EQ(Evaluate(Repeat("(", 2045) + "n1<n2" + Repeat(")", 2045)),
            "Invalid ConditionExpression: The expression has redundant parentheses;");
  EXPECT_TRUE(Evaluate(Repeat("(", 4096)).starts_with("Invalid ConditionExpression: "));
  EXPECT_EQ(Evaluate("n1 < " + Repeat("f(", 1300) + "n2" + Repeat(")", 1300)),
            "Invalid ConditionExpression: Invalid function name; function: f");
  EXPECT_EQ(Evaluate("n1 = :one" + std::string(4088, ' ')),
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; "
            "expression size: 4097");
  EXPECT_EQ(Evaluate("n1 = :one" + std::string(4087, ' ')), "true");
  EXPECT_EQ(Evaluate("n2 IN (" + Repeat(":one,", 98) + ":two)"), "true");
  EXPECT_EQ(Evaluate("n2 IN (" + Repeat(":one,", 99) + ":two)"),
            "Invalid ConditionExpression: Incorrect number of operands for operator or function; "
            "operator or function: IN, number of operands: 101");
  EXPECT_EQ(Evaluate("a" + Repeat(".a", 31) + " = :one"), "false");
  EXPECT_EQ(Evaluate("a" + Repeat(".a", 32) + " = :one"),
            "Invalid ConditionExpression: The document path has too many nesting elements; nesting "
            "levels: 33");
}

TEST(Condition, NamesWhatItReads) {
  Substitutions subs = SubsOf(R"({"#a":"and"})", R"({":v":{"S":"v"}})");
  const AwsResult<Condition> condition =
      Condition::Parse("FilterExpression", "#a.b = :v OR NOT size(c[1]) IN (d, :v)", subs);
  ASSERT_TRUE(condition.ok());
  EXPECT_EQ(condition->TopLevelNames(), (std::set<std::string>{"and", "c", "d"}));
}

TEST(Condition, TheKindIsInTheMessage) {
  Substitutions subs;
  EXPECT_EQ(Condition::Parse("FilterExpression", "a", subs).error().message,
            R"(Invalid FilterExpression: Syntax error; token: "<EOF>", near: "a")");
}

TEST(ReservedWords, InAnyCase) {
  for (const char* word : {"ABORT", "zone", "Name", "status", "LOCALTIMESTAMP", "Inntter"}) {
    EXPECT_EQ(IsReservedWord(word), std::string_view(word) != "Inntter") << word;
  }
  EXPECT_FALSE(IsReservedWord("price"));
  EXPECT_FALSE(IsReservedWord("description"));
  EXPECT_FALSE(IsReservedWord(""));
  EXPECT_FALSE(IsReservedWord("LOCALTIMESTAMPS"));
}

}  // namespace
}  // namespace lifeboat::dynamodb
