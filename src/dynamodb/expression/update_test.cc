// Updates: what they do, and how bad ones are refused.
#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::ItemOf;
using testing::JsonOf;
using testing::SubsOf;

constexpr std::string_view kNames = R"({"#a":"a","#dot":"x.y"})";
constexpr std::string_view kValues = R"({
  ":1":{"N":"1"}, ":2":{"N":"2"}, ":s":{"S":"s"}, ":t":{"BOOL":true}, ":b":{"B":"aGk="},
  ":nul":{"NULL":true}, ":l":{"L":[{"N":"9"}]}, ":e":{"L":[]}, ":m":{"M":{}},
  ":ss":{"SS":["x","a"]}, ":all":{"SS":["a","b"]}, ":ns":{"NS":["1","5"]}, ":bs":{"BS":["aGk="]},
  ":big":{"N":"9.9E+125"}})";

std::string Apply(std::string_view item, std::string_view text, bool exists = true) {
  Substitutions subs = SubsOf(kNames, kValues);
  const AwsResult<Update> update = Update::Parse(text, subs);
  if (!update.ok()) return update.error().message;
  const AwsResult<Item> result = update->Apply(ItemOf(item), exists);
  return result.ok() ? JsonOf(*result) : result.error().message;
}

struct Row {
  const char* item;
  const char* text;
  const char* result;
};

constexpr Row kChanges[] = {
    {"{}", "SET a = :1", R"({"a":{"N":"1"}})"},
    {R"({"a":{"S":"x"},"b":{"N":"1"}})", "set #a=:1", R"({"a":{"N":"1"},"b":{"N":"1"}})"},
    {"{}", "SET #dot = :1", R"({"x.y":{"N":"1"}})"},
    {R"({"a":{"N":"1"}})", "SET b = a, c = :s REMOVE a", R"({"b":{"N":"1"},"c":{"S":"s"}})"},
    {R"({"a":{"N":"1"}})", "SET a = :2, b = a", R"({"a":{"N":"2"},"b":{"N":"1"}})"},
    {R"({"a":{"N":"1"}})", "SET a = a + :2", R"({"a":{"N":"3"}})"},
    {R"({"a":{"N":"1"}})", "SET a = (a - :2)", R"({"a":{"N":"-1"}})"},
    {R"({"a":{"N":"1"}})", "SET a = (a) + (:2)", R"({"a":{"N":"3"}})"},
    {"{}", "SET a = if_not_exists(a, :1) + :2", R"({"a":{"N":"3"}})"},
    {R"({"b":{"N":"7"}})", "SET a = if_not_exists(c, if_not_exists(b, :1))",
     R"({"a":{"N":"7"},"b":{"N":"7"}})"},
    {"{}", "SET a = list_append(if_not_exists(a, :e), :l)", R"({"a":{"L":[{"N":"9"}]}})"},
    {R"({"a":{"L":[{"S":"x"}]}})", "SET a = list_append(:l, a)",
     R"({"a":{"L":[{"N":"9"},{"S":"x"}]}})"},
    {R"({"a":{"M":{"b":{"N":"1"},"c":{"N":"2"}}}})", "SET a.b = :s, a.d = :1 REMOVE a.c",
     R"({"a":{"M":{"b":{"S":"s"},"d":{"N":"1"}}}})"},
    {R"({"a":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}})", "SET a[1] = :s",
     R"({"a":{"L":[{"N":"1"},{"S":"s"},{"N":"3"}]}})"},
    {R"({"a":{"L":[{"N":"0"}]}})", "SET a[84] = :1, a[37] = :2, a[17] = :s",
     R"({"a":{"L":[{"N":"0"},{"S":"s"},{"N":"2"},{"N":"1"}]}})"},
    {R"({"a":{"L":[]}})", "SET a[0] = :1", R"({"a":{"L":[{"N":"1"}]}})"},
    // List indexes are those before the update.
    {R"({"a":{"L":[{"N":"2"},{"N":"3"},{"N":"4"},{"N":"5"}]}})", "REMOVE a[1] SET a[3] = :1",
     R"({"a":{"L":[{"N":"2"},{"N":"4"},{"N":"1"}]}})"},
    {R"({"a":{"L":[{"N":"2"},{"N":"3"},{"N":"4"}]}})", "REMOVE a[0], a[2], a[17]",
     R"({"a":{"L":[{"N":"3"}]}})"},
    {R"({"a":{"L":[{"N":"2"}]}})", "SET a[7] = :1 REMOVE a[1]",
     R"({"a":{"L":[{"N":"2"},{"N":"1"}]}})"},
    {R"({"a":{"L":[{"M":{"x":{"N":"1"}}},{"N":"3"}]}})", "REMOVE a[0].x, a[1]",
     R"({"a":{"L":[{"M":{}}]}})"},
    {R"({"a":{"M":{"b":{"L":[{"M":{"y":{"L":[{"N":"3"},{"N":"5"}]}}}]}}}})",
     "SET a.b[0].y[1] = :s REMOVE a.b[0].y[0]",
     R"({"a":{"M":{"b":{"L":[{"M":{"y":{"L":[{"S":"s"}]}}}]}}}})"},
    {R"({"a":{"M":{"b":{"N":"1"}}}})", "REMOVE a.b", R"({"a":{"M":{}}})"},
    {R"({"a":{"N":"1"}})", "REMOVE b", R"({"a":{"N":"1"}})"},
    {R"({"a":{"M":{}}})", "REMOVE a.y", R"({"a":{"M":{}}})"},
    {"{}", "ADD a :1", R"({"a":{"N":"1"}})"},
    {R"({"a":{"N":"1.5"}})", "ADD a :2", R"({"a":{"N":"3.5"}})"},
    {R"({"a":{"SS":["b"]}})", "ADD a :ss", R"({"a":{"SS":["a","b","x"]}})"},
    {"{}", "ADD a :ss", R"({"a":{"SS":["a","x"]}})"},
    {R"({"a":{"NS":["5","-1"]}})", "ADD a :ns", R"({"a":{"NS":["-1","1","5"]}})"},
    {R"({"a":{"BS":["eA=="]}})", "ADD a :bs", R"({"a":{"BS":["aGk=","eA=="]}})"},
    {R"({"a":{"M":{}}})", "ADD a.n :1", R"({"a":{"M":{"n":{"N":"1"}}}})"},
    {R"({"a":{"SS":["a","b","c"]}})", "DELETE a :ss", R"({"a":{"SS":["b","c"]}})"},
    {R"({"a":{"SS":["a","b"]},"z":{"N":"1"}})", "DELETE a :all", R"({"z":{"N":"1"}})"},
    {"{}", "DELETE a :ss", "{}"},
    {R"({"a":{"L":[{"SS":["a"]},{"N":"1"}]}})", "DELETE a[0] :all", R"({"a":{"L":[{"N":"1"}]}})"},
    {R"({"a":{"N":"1"},"b":{"SS":["a"]}})", "SET c = :1 REMOVE d ADD a :2 DELETE b :ss",
     R"({"a":{"N":"3"},"c":{"N":"1"}})"},
    {"{}", "SET d = :e, e = :m", R"({"d":{"L":[]},"e":{"M":{}}})"},
};

TEST(Update, Changes) {
  for (const Row& row : kChanges) EXPECT_EQ(Apply(row.item, row.text), row.result) << row.text;
}

TEST(Update, RefusesByTheItem) {
  const std::string kPath =
      "The document path provided in the update expression is invalid for update";
  const std::string kMissing =
      "The provided expression refers to an attribute that does not exist in the item";
  const std::string kType = "An operand in the update expression has an incorrect data type";
  const std::string kItem =
      R"({"a":{"S":"x"},"l":{"L":[]},"m":{"M":{}},"n":{"N":"1"},"ns":{"NS":["1"]}})";
  for (const char* text :
       {"SET a.c = :1", "SET l.c = :1", "SET c.c = :1", "SET m[0] = :1", "SET l[0].x = :1",
        "REMOVE a.c", "REMOVE c.c", "REMOVE a[0]", "ADD c.c :1", "DELETE c.c :ss"}) {
    EXPECT_EQ(Apply(kItem, text), kPath) << text;
  }
  for (const char* text : {"SET b = z", "SET b = z + :1", "SET b = list_append(z, :l)",
                           "SET x = :1, y = x", "SET b = if_not_exists(z, zz)"}) {
    EXPECT_EQ(Apply(kItem, text), kMissing) << text;
  }
  for (const char* text :
       {"SET b = a + :1", "SET b = list_append(a, :l)", "ADD a :1", "ADD n :ns", "ADD ns :ss",
        "DELETE ns :ss", "DELETE a :ss", "SET b = if_not_exists(a, :1) + :1"}) {
    EXPECT_EQ(Apply(kItem, text), kType) << text;
  }
  EXPECT_EQ(Apply(R"({"a":{"N":"9.9E+125"}})", "ADD a :big"),
            "Number overflow. Attempting to store a number with magnitude larger than supported "
            "range");
}

// AWS ignores this on an item that does not exist, though it refuses it on one that does.
TEST(Update, RemovesNestedPathsOfNoItem) {
  EXPECT_EQ(Apply(R"({"p":{"S":"p"}})", "REMOVE x.y, z[0]", false), R"({"p":{"S":"p"}})");
  EXPECT_EQ(Apply(R"({"p":{"S":"p"}})", "SET x.y = :1", false),
            "The document path provided in the update expression is invalid for update");
}

TEST(Update, NestsNoDeeperThanAnItemMay) {
  std::string item = R"({"N":"1"})";
  for (int i = 0; i < 31; ++i) item = R"({"M":{"n":)" + item + "}}";
  item = R"({"a":)" + item + R"(,"b":{"M":{}}})";
  EXPECT_EQ(Apply(item, "SET c = a").substr(0, 4), "{\"a\"");
  EXPECT_EQ(Apply(item, "SET b.c = a"),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
            "levels beyond supported limit");
}

struct Refusal {
  const char* text;
  const char* message;  // Without the prefix.
};

constexpr Refusal kRefusals[] = {
    {"", "The expression can not be empty;"},
    {"INVALID SYNTAX HERE", R"(Syntax error; token: "INVALID", near: "INVALID SYNTAX")"},
    {"SET", R"(Syntax error; token: "<EOF>", near: "SET")"},
    {"SET _123 = :1", R"(Syntax error; token: "_", near: "SET _123")"},
    {"SET 123a = :1", R"(Syntax error; token: "123", near: "SET 123a")"},
    {"SET MyStr = my Num", R"(Syntax error; token: "Num", near: "my Num")"},
    {"SET path = b 1", R"(Syntax error; token: "1", near: "b 1")"},
    {"SET hi-there = :1", R"(Syntax error; token: "-", near: "hi-there")"},
    {"SET :1 = :2", R"(Syntax error; token: ":1", near: "SET :1 =")"},
    {"SET a = :1 + :2 + :1", R"(Syntax error; token: "+", near: ":2 + :1")"},
    {"SET a = if_not_exists(a, :1+:2)", R"(Syntax error; token: "+", near: ":1+:2")"},
    {"SET a = :1,", R"(Syntax error; token: "<EOF>", near: ",")"},
    {"SET a = :1 b = :2", R"(Syntax error; token: "b", near: ":1 b =")"},
    {"SET a[#b] = :1", R"(Syntax error; token: "#b", near: "[#b]")"},
    {"ADD a b", R"(Syntax error; token: "b", near: "a b")"},
    {"SET a = :", R"(Syntax error; token: ":", near: "= :")"},
    {"SET a = :1 SET b = :2", "The \"SET\" section can only be used once in an update expression;"},
    {"REMOVE a SET b = :1 REMOVE c",
     "The \"REMOVE\" section can only be used once in an update expression;"},
    {"SET status = :1", "Attribute name is a reserved keyword; reserved keyword: status"},
    {"SET a = f(b)", "Invalid function name; function: f"},
    {"SET a = LIST_APPEND(:l, :l)", "Invalid function name; function: LIST_APPEND"},
    {"SET a = size(b)", "The function is not allowed in an update expression; function: size"},
    {"SET a = list_append(list_append(:l, :l), :l)",
     "The function is not allowed to be used this way in an expression; function: list_append"},
    {"SET #z = :1",
     "An expression attribute name used in the document path is not defined; attribute name: #z"},
    {"SET a = :z",
     "An expression attribute value used in expression is not defined; attribute value: :z"},
    {"SET a = list_append(:l)",
     "Incorrect number of operands for operator or function; operator or function: list_append, "
     "number of operands: 1"},
    {"SET a = list_append(:l, :s)",
     "Incorrect operand type for operator or function; operator or function: list_append, "
     "operand "
     "type: S"},
    {"SET a = :s + :1",
     "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
    {"SET a = if_not_exists(:1, :2)",
     "Operator or function requires a document path; operator or function: if_not_exists"},
    {"SET a = if_not_exists(if_not_exists(b, :1), :2)",
     "Operator or function requires a document path; operator or function: if_not_exists"},
    {"ADD a :s",
     "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
     "typeSet: ALLOWED_FOR_ADD_OPERAND"},
    {"ADD a :l",
     "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, "
     "typeSet: ALLOWED_FOR_ADD_OPERAND"},
    {"ADD a :t",
     "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN, "
     "typeSet: ALLOWED_FOR_ADD_OPERAND"},
    {"DELETE a :1",
     "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, "
     "typeSet: ALLOWED_FOR_DELETE_OPERAND"},
    {"DELETE a :m",
     "Incorrect operand type for operator or function; operator: DELETE, operand type: MAP, "
     "typeSet: ALLOWED_FOR_DELETE_OPERAND"},
    {"SET a = :1 REMOVE a",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; "
     "path "
     "one: [a], path two: [a]"},
    {"SET a.b = :1, #a = :2",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; "
     "path "
     "one: [a, b], path two: [a]"},
    {"SET a[1] = :1, a[1][2] = :2",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; "
     "path "
     "one: [a, [1]], path two: [a, [1], [2]]"},
    {"SET a.b = :1, a[1] = :2",
     "Two document paths conflict with each other; must remove or rewrite one of these paths; "
     "path "
     "one: [a, b], path two: [a, [1]]"},
};

TEST(Update, RefusesAsAws) {
  for (const Refusal& row : kRefusals) {
    EXPECT_EQ(Apply("{}", row.text), std::string("Invalid UpdateExpression: ") + row.message)
        << row.text;
  }
}

TEST(Update, TellsItsPaths) {
  Substitutions subs = SubsOf(kNames, kValues);
  const AwsResult<Update> update = Update::Parse("SET z[1].b = a + :1 REMOVE #dot", subs);
  ASSERT_TRUE(update.ok());
  ASSERT_EQ(update->paths().size(), 2u);
  EXPECT_EQ(ToMessageText(update->paths()[0]), "[z, [1], b]");
  EXPECT_EQ(ToMessageText(update->paths()[1]), "[x.y]");
}

TEST(Update, NestedParenthesesEnd) {
  const std::string open(4000, '(');
  EXPECT_TRUE(Apply("{}", "SET a = " + open).starts_with("Invalid UpdateExpression: Syntax error"));
}

}  // namespace
}  // namespace lifeboat::dynamodb
