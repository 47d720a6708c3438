// YAML as JSON: the core schema, CloudFormation's tags, places, and every refusal.
#include "json/yaml.h"

#include <gtest/gtest.h>

namespace lifeboat::json {
namespace {

std::string Json(std::string_view yaml, bool cloudformation = false) {
  const auto document = ParseYaml(yaml, {.cloudformation = cloudformation});
  return document.ok() ? Write(document->value) : "error " + document.error().message;
}

TEST(YamlTest, ReadsTheCoreSchema) {
  EXPECT_EQ(Json("a: [null, ~, true, False, 1, -7, 0x1f, 0o17, 1.5, .5, 1e3, +3]"),
            R"({"a":[null,null,true,false,1,-7,31,15,1.5,0.5,1000,3]})");
  EXPECT_EQ(Json("a: ['1', \"true\", yes, 2012-10-17, 1.2.3, 0x, .inf, 1_000, 12:30]"),
            R"({"a":["1","true","yes","2012-10-17","1.2.3","0x",".inf","1_000","12:30"]})");
  EXPECT_EQ(Json("a:\nb: |\n  x\n  y\nc: >-\n  x\n  y\n"), R"({"a":null,"b":"x\ny\n","c":"x y"})");
  EXPECT_EQ(Json("a: 9223372036854775807\nb: 9223372036854775808"),
            R"({"a":9223372036854775807,"b":9223372036854775808})");
  EXPECT_EQ(Json("[!!str 1, !!int '2', !!float 3, !!bool 'true', !!null '']"),
            R"(["1",2,3,true,null])");
}

TEST(YamlTest, ReadsTemplatesAsYaml11) {
  const std::pair<const char*, const char*> rows[] = {
      {"yes", "true"},
      {"On", "true"},
      {"OFF", "false"},
      {"no", "false"},
      {"y", "\"y\""},
      {"oN", "\"oN\""},
      {"'on'", "\"on\""},
      {"~", "null"},
      {"0", "0"},
      {"017", "15"},
      {"-017", "-15"},
      {"0_17", "15"},
      {"018", "\"018\""},
      {"0o17", "\"0o17\""},
      {"0b101", "5"},
      {"0x_1F", "31"},
      {"1_000", "1000"},
      {"_1", "\"_1\""},
      {"+5", "5"},
      {"1:30", "90"},
      {"190:20:30", "685230"},
      {"-1:30", "-90"},
      {"01:30", "\"01:30\""},
      {"1:60", "\"1:60\""},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"-.5", "\"-.5\""},
      {"1_0.5", "10.5"},
      {"1.2.3", "\"1.2.3\""},
      {".inf", "\".inf\""},
      {"2012-10-17", "\"2012-10-17\""},
      {"012345678901", "\"012345678901\""},  // An account's number that is no octal one.
      {"9007199254740993", "9007199254740993"},
      {"9223372036854775808", "\"9223372036854775808\""},
      {"-123456789012345678901", "\"-123456789012345678901\""},
      {"1:2:3:4:5:6:7", "\"1:2:3:4:5:6:7\""},
      {"!!str on", "\"on\""},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(Json(fmt::format("[{}]", text), true), fmt::format("[{}]", expected)) << text;
  }
  // JSON is read by the same rules, and so are keys.
  EXPECT_EQ(Json(R"({"a": 9223372036854775808, "b": "010"})", true),
            R"({"a":"9223372036854775808","b":"010"})");
  EXPECT_EQ(Json("on: 1\n010: 2\n'off': 3", true), R"({"true":1,"8":2,"off":3})");
  EXPECT_EQ(Json("on: 1\nyes: 2", true).substr(0, 9), "error 2:1");
}

TEST(YamlTest, ReadsJson) {
  EXPECT_EQ(Json("{\n\t\"a\": [1, {\"b\": \"x\\u00e9\\/\"}],\n\t\"c\": {}\n}"),
            "{\"a\":[1,{\"b\":\"xé/\"}],\"c\":{}}");
}

TEST(YamlTest, TurnsCloudFormationTagsIntoFunctions) {
  EXPECT_EQ(Json("[!Ref x, !Sub 'a${b}', !GetAtt a.b.c, !GetAtt [a, b], !Condition c]", true),
            R"([{"Ref":"x"},{"Fn::Sub":"a${b}"},{"Fn::GetAtt":["a","b.c"]},)"
            R"({"Fn::GetAtt":["a","b"]},{"Condition":"c"}])");
  EXPECT_EQ(Json("a: !Join ['', [!Ref x, b]]\nb: !If [c, !Ref 'AWS::NoValue', 1]", true),
            R"({"a":{"Fn::Join":["",[{"Ref":"x"},"b"]]},)"
            R"("b":{"Fn::If":["c",{"Ref":"AWS::NoValue"},1]}})");
  EXPECT_EQ(Json("!Sub\n- x\n- {a: 1}", true), R"({"Fn::Sub":["x",{"a":1}]})");
}

TEST(YamlTest, CopiesAliases) {
  EXPECT_EQ(Json("a: &x {b: 1}\nc: *x\nd: [*x]"), R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1}]})");
}

TEST(YamlTest, KnowsWhereThingsStand) {
  const auto document = ParseYaml("a:\n  b/c: 1\n  d~: [x,\n    !Sub y]\n", {true});
  ASSERT_TRUE(document.ok());
  const auto at = [&](const std::string& pointer) {
    const auto it = document->locations.find(pointer);
    if (it == document->locations.end()) return std::string("nowhere");
    return fmt::format("{}:{}", it->second.line, it->second.column);
  };
  EXPECT_EQ(at(""), "1:1");
  EXPECT_EQ(at("/a"), "1:1");
  EXPECT_EQ(at("/a/b~1c"), "2:3");
  EXPECT_EQ(at("/a/d~0"), "3:3");
  EXPECT_EQ(at("/a/d~0/0"), "3:8");
  EXPECT_EQ(at("/a/d~0/1"), "4:5");
  EXPECT_EQ(at("/a/d~0/1/Fn::Sub"), "4:5");
}

TEST(YamlTest, RefusesWithThePlace) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "1:1: the document is empty"},
      {"a: 1\nb: 2\na: 3", "3:1: duplicate key \"a\""},
      {"a: {x: 1, \"x\": 2}", "1:11: duplicate key \"x\""},
      {"a: !Ref b", "1:4: unknown tag !Ref"},
      {"? [a]\n: b", "1:3: a key that is not a scalar"},
      {"~: b", "1:1: a key that is null"},
      {"a: &x b\n*x : c", "2:1: a key that is an alias"},
      {"!!str a: b", "1:1: a key with a tag"},
      {"a: !!int x", "1:4: a value that does not fit its tag tag:yaml.org,2002:int"},
      {"a: !!set {b}", "1:4: unknown tag tag:yaml.org,2002:set"},
      {"&x [*x]", "1:5: an alias to what is not complete yet"},
      {"a: 1\n---\nb: 2", "1:1: more than one document"},
      {"a: \xff", "1:1: not UTF-8"},
      {"a: 1\nb: \x04", "2:4: a control character"},
  };
  for (const auto& [yaml, message] : cases) EXPECT_EQ(Json(yaml), "error " + message) << yaml;
  EXPECT_EQ(Json("a: !Foo b", true), "error 1:4: unknown tag !Foo");
  EXPECT_FALSE(ParseYaml("a: [1, 2").ok());
  EXPECT_FALSE(ParseYaml("a: *nobody").ok());
}

TEST(YamlTest, HasLimits) {
  EXPECT_FALSE(ParseYaml(std::string(1000, '[') + std::string(1000, ']')).ok());
  EXPECT_FALSE(ParseYaml(std::string(kMaxYamlBytes + 1, ' ')).ok());
  EXPECT_FALSE(ParseYaml(std::string(2000, 'k') + ": 1").ok());
  // The billion laughs: ten levels of ten aliases each.
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    laughs += fmt::format("a{0}: &a{0} [", i);
    for (int j = 0; j < 10; ++j) laughs += fmt::format("*a{}, ", i - 1);
    laughs += "]\n";
  }
  const auto grown = ParseYaml(laughs);
  ASSERT_FALSE(grown.ok());
  EXPECT_NE(grown.error().message.find("more than 200000 nodes"), std::string::npos);
  std::string echo = "[&a " + std::string(100'000, 'x');
  for (int i = 0; i < 1000; ++i) echo += ", *a";
  EXPECT_NE(Json(echo + "]").find("aliases that repeat too much"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::json
