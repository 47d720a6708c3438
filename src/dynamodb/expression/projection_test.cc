#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::ItemOf;
using testing::JsonOf;
using testing::SubsOf;

constexpr std::string_view kItem = R"({
  "a":{"M":{"b":{"L":[{"N":"2"},{"N":"4"},{"M":{"x":{"S":"hi"},"y":{"S":"yo"}}}]},"c":{"N":"5"}}},
  "b":{"S":"hello"}, "a.b":{"S":"dot"}, "e":{"L":[]}})";

std::string Project(std::string_view text) {
  Substitutions subs = SubsOf(R"({"#a":"a","#ab":"a.b","#b":"b"})", "");
  const AwsResult<Projection> projection = Projection::Parse(text, subs);
  return projection.ok() ? JsonOf(projection->Apply(ItemOf(kItem))) : projection.error().message;
}

TEST(Projection, Selects) {
  const std::pair<const char*, const char*> kTable[] = {
      {"b", R"({"b":{"S":"hello"}})"},
      {" b ,\tx ", R"({"b":{"S":"hello"}})"},
      {"#ab", R"({"a.b":{"S":"dot"}})"},
      {"a.c", R"({"a":{"M":{"c":{"N":"5"}}}})"},
      {"#a.#b[0]", R"({"a":{"M":{"b":{"L":[{"N":"2"}]}}}})"},
      {"a.b[2].y", R"({"a":{"M":{"b":{"L":[{"M":{"y":{"S":"yo"}}}]}}}})"},
      {"a.b[1],a.b[0]", R"({"a":{"M":{"b":{"L":[{"N":"2"},{"N":"4"}]}}}})"},
      {"a.b[2].y, a.b[0], a.b[2].x",
       R"({"a":{"M":{"b":{"L":[{"N":"2"},{"M":{"x":{"S":"hi"},"y":{"S":"yo"}}}]}}}})"},
      {"a.b[0],a.c,b", R"({"a":{"M":{"b":{"L":[{"N":"2"}]},"c":{"N":"5"}}},"b":{"S":"hello"}})"},
      {"a.x, a.b[0], x, a.b[3].x", R"({"a":{"M":{"b":{"L":[{"N":"2"}]}}}})"},
      {"e", R"({"e":{"L":[]}})"},
      {"x", "{}"},
      {"a.b[3]", "{}"},
      {"a.x.y", "{}"},
      {"a.b.x", "{}"},
      {"a[0]", "{}"},
      {"a.b[0].x", "{}"},
      {"a.b[0][0]", "{}"},
  };
  for (const auto& [text, result] : kTable) EXPECT_EQ(Project(text), result) << text;
}

TEST(Projection, RefusesAsAws) {
  const std::pair<const char*, const char*> kTable[] = {
      {"", "The expression can not be empty;"},
      {"a,", R"(Syntax error; token: "<EOF>", near: ",")"},
      {",a", R"(Syntax error; token: ",", near: ",a")"},
      {"a,,b", R"(Syntax error; token: ",", near: ",,b")"},
      {"a b", R"(Syntax error; token: "b", near: "a b")"},
      {"(a)", R"(Syntax error; token: "(", near: "(a")"},
      {"a, size", "Attribute name is a reserved keyword; reserved keyword: size"},
      {"#undef",
       "An expression attribute name used in the document path is not defined; attribute name: "
       "#undef"},
      {"#a, a",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; "
       "path "
       "one: [a], path two: [a]"},
      {"a.b, a[1], a.b[2]",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; "
       "path "
       "one: [a, b], path two: [a, b, [2]]"},
      {"a.b, a[1]",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; "
       "path "
       "one: [a, b], path two: [a, [1]]"},
  };
  for (const auto& [text, message] : kTable) {
    EXPECT_EQ(Project(text), std::string("Invalid ProjectionExpression: ") + message) << text;
  }
}

TEST(Projection, OfNames) {
  const AwsResult<Projection> projection = Projection::FromNames({"b", "a.b"});
  ASSERT_TRUE(projection.ok());
  EXPECT_EQ(JsonOf(projection->Apply(ItemOf(kItem))), R"({"a.b":{"S":"dot"},"b":{"S":"hello"}})");
  EXPECT_EQ(Projection::FromNames({"b", "a", "b"}).error().message,
            "One or more parameter values were invalid: Duplicate value in attribute name: b");
}

}  // namespace
}  // namespace lifeboat::dynamodb
