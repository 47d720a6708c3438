// Every intrinsic function in a table: what it gives, and what it refuses.
#include "cloudformation/intrinsics.h"

#include <gtest/gtest.h>

#include "cloudformation/limits.h"
#include "json/yaml.h"

namespace lifeboat::cloudformation {
namespace {

json::Value Yaml(const std::string& text) {
  const auto document = json::ParseYaml(text, {.cloudformation = true});
  EXPECT_TRUE(document.ok()) << text << " " << (document.ok() ? "" : document.error().message);
  return document.ok() ? document->value : json::Value();
}

const std::pair<const char*, const char*> kGiven[] = {
    {"!Ref Name", R"("x")"},
    {"!Ref Table", R"("products")"},
    {"!Ref AWS::Region", R"("us-west-2")"},
    {"!Ref AWS::AccountId", R"("000000000000")"},
    {"!Ref AWS::NotificationARNs", "[]"},
    {"{a: !Ref AWS::NoValue, b: [1, !Ref AWS::NoValue]}", R"({"b":[1]})"},
    {"!Ref AWS::NoValue", "nothing"},
    {"!GetAtt Table.Arn", R"("arn:table")"},
    {"!GetAtt [Table, Arn]", R"("arn:table")"},
    {"{Fn::GetAtt: Table.Arn}", R"("arn:table")"},
    {"!GetAtt Zone.NameServers", R"(["a","b"])"},
    {"!Sub 'a-${Name}-${Table.Arn}-${AWS::StackName}-${!Kept}'", R"("a-x-arn:table-shop-${Kept}")"},
    {"!Sub ['${v}/${Count}', {v: !Ref Name}]", R"("x/3")"},
    {"!Sub 'open ${'", R"("open ${")"},
    {"!Join ['-', [a, 1, !Ref Name, true]]", R"("a-1-x-true")"},
    {"!Join ['', !Ref List]", R"("ab")"},
    {"!Join ['-', []]", R"("")"},
    {"!Select [1, [a, b]]", R"("b")"},
    {"!Select ['0', !Ref List]", R"("a")"},
    {"!Split ['|', 'a||b']", R"(["a","","b"])"},
    {"!If [IsSo, 1, 2]", "1"},
    {"!If [IsNot, 1, !If [IsSo, 3, 4]]", "3"},
    {"!Equals [!Ref Count, 3]", "true"},
    {"!Equals ['true', true]", "true"},
    {"!Equals [a, b]", "false"},
    {"!Equals [!Ref List, [a, b]]", "true"},
    {"!And [!Condition IsSo, !Equals [a, a]]", "true"},
    {"!Or [!Condition IsNot, !Condition IsNot]", "false"},
    {"!Not [!Condition IsNot]", "true"},
    {"!FindInMap [M, !Ref AWS::Region, Size]", "5"},
    {"!FindInMap [M, us-west-2, Names]", R"(["p","q"])"},
    {"!ImportValue shared", R"("imported")"},
    {"!ImportValue {Fn::Sub: 'sha${Tail}'}",
     "error: Template format error: Unresolved resource "
     "dependencies [Tail] in the Resources block of the "
     "template"},
    {"!Base64 hello", R"("aGVsbG8=")"},
    {"!GetAZs ''", R"(["us-west-2a","us-west-2b","us-west-2c"])"},
    {"!Length [a, b, c]", "3"},
    {"!ToJsonString {a: !Ref Name}", R"("{\"a\":\"x\"}")"},
    {"{Version: 1, Condition: {StringEquals: {a: b}}}",
     R"({"Version":1,"Condition":{"StringEquals":{"a":"b"}}})"},
};

const std::pair<const char*, const char*> kRefused[] = {
    {"!Ref Nobody", "Unresolved resource dependencies [Nobody]"},
    {"{Ref: [a]}", "all Ref values must be a text"},
    {"!GetAtt Table.Nothing",
     "resource Table does not support attribute type Nothing in Fn::GetAtt"},
    {"{Fn::GetAtt: [Table]}", "every Fn::GetAtt object requires two non-empty parameters"},
    {"!Sub [a]", "One or more Fn::Sub intrinsic functions don't specify expected arguments"},
    {"!Sub '${List}'", "Fn::Sub: ${List} is not a text"},
    {"!Join [a]", "every Fn::Join object requires two parameters"},
    {"!Join ['-', x]", "Fn::Join needs a list"},
    {"!Join ['-', [{a: b}]]", "every Fn::Join element must be a text"},
    {"!Select [2, [a, b]]", "Fn::Select cannot select nonexistent value at index 2"},
    {"!Select [x]", "Fn::Select requires a list of two parameters"},
    {"!Split ['', a]", "every Fn::Split object requires two parameters"},
    {"!If [IsSo, 1]", "Fn::If requires a list argument with three elements"},
    {"!If [Maybe, 1, 2]", "unresolved condition Maybe"},
    {"!Equals [a]", "Fn::Equals requires a list with two parameters"},
    {"!Equals [a, !Ref AWS::NoValue]", "Fn::Equals cannot compare AWS::NoValue"},
    {"!And [!Condition IsSo]", "every Fn::And object requires a list of 2 to 10 conditions"},
    {"!Not [a]", "Fn::Not takes conditions only"},
    {"!FindInMap [M, eu-west-1, Size]", "Unable to get mapping for M::eu-west-1::Size"},
    {"!FindInMap [M]", "every Fn::FindInMap object requires three parameters"},
    {"!ImportValue nothing", "No export named nothing found"},
    {"!Base64 [a]", "every Fn::Base64 argument must be a text"},
    {"!Length a", "Fn::Length needs a list"},
    {"!ToJsonString a", "Fn::ToJsonString needs a map or a list"},
    {"{Fn::Cidr: [a, 1, 2]}",
     "Function Fn::Cidr is not supported by Lifeboat (docs/compatibility.md lists what is)"},
};

class IntrinsicsTest : public ::testing::Test {
 protected:
  IntrinsicsTest() {
    scope_ = {"us-west-2", "000000000000", "shop", "arn:stack"};
    scope_.parameters = &parameters_;
    scope_.conditions = &conditions_;
    scope_.mappings = mappings_.if_object();
    scope_.physical_id = [](std::string_view id) -> std::optional<std::string> {
      if (id == "Table") return "products";
      return std::nullopt;
    };
    scope_.attribute = [](std::string_view id,
                          std::string_view name) -> std::optional<json::Value> {
      if (id == "Table" && name == "Arn") return json::Value("arn:table");
      if (id == "Zone" && name == "NameServers") return json::Value(json::Array{"a", "b"});
      return std::nullopt;
    };
    scope_.import = [](std::string_view name) -> std::optional<std::string> {
      if (name == "shared") return "imported";
      return std::nullopt;
    };
  }
  std::string Eval(const std::string& yaml) {
    const auto value = Evaluate(Yaml(yaml), scope_);
    if (!value.ok()) return "error: " + value.error().message;
    return *value ? json::Write(**value) : "nothing";
  }

  std::map<std::string, json::Value> parameters_ = {
      {"Name", "x"}, {"Count", "3"}, {"List", json::Array{"a", "b"}}};
  ConditionValues conditions_ = {{"IsSo", true}, {"IsNot", false}};
  json::Value mappings_ = Yaml("M: {us-west-2: {Size: 5, Names: [p, q]}}");
  Scope scope_;
};

TEST_F(IntrinsicsTest, Gives) {
  for (const auto& [yaml, json] : kGiven) EXPECT_EQ(Eval(yaml), json) << yaml;
}

TEST_F(IntrinsicsTest, Refuses) {
  for (const auto& [yaml, message] : kRefused) {
    const std::string result = Eval(yaml);
    EXPECT_TRUE(result.starts_with("error: ") && result.find(message) != std::string::npos)
        << yaml << " gives " << result;
  }
}

TEST_F(IntrinsicsTest, TextsDoNotGrowForEver) {
  parameters_["Big"] = std::string(4096, 'x');
  std::string many;
  for (int i = 0; i < 300; ++i) many += "${Big}";
  EXPECT_NE(Eval("!Sub '" + many + "'").find("grows over"), std::string::npos);
  const std::string joined =
      "!Join ['" + std::string(kMaxEvaluatedBytes / 2, 'x') + "', [a, b, c, d]]";
  EXPECT_NE(Eval(joined).find("grows over"), std::string::npos);
}

TEST_F(IntrinsicsTest, ConditionsInAnyOrder) {
  const json::Value conditions = Yaml(
      "A: !And [!Condition B, !Equals [!Ref Name, x]]\n"
      "B: !Not [!Condition C]\n"
      "C: !Equals [!Ref Count, 4]\n");
  const auto values = EvaluateConditions(conditions.as_object(), scope_);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(*values, (ConditionValues{{"A", true}, {"B", true}, {"C", false}}));
  const auto message = [&](const std::string& yaml) {
    return EvaluateConditions(Yaml(yaml).as_object(), scope_).error().message;
  };
  EXPECT_EQ(message("A: !Not [!Condition B]\nB: !Not [!Condition A]"),
            "Template error: Found circular condition dependency");
  EXPECT_EQ(message("A: !Ref Name"), "Template error: condition A is not a boolean function");
}

}  // namespace
}  // namespace lifeboat::cloudformation
