#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::SubsOf;

// `p = S:x, c between N:1 and N:2`, or the message.
std::string Parse(std::string_view text) {
  Substitutions subs = SubsOf(
      R"({"#p":"p"})", R"({":p":{"S":"x"},":1":{"N":"1"},":2":{"N":"2"},":t":{"BOOL":true}})");
  const AwsResult<std::vector<KeyBound>> bounds = ParseKeyCondition(text, subs);
  if (!bounds.ok()) return bounds.error().message;
  constexpr std::string_view kOps[] = {"=", "<", "<=", ">", ">=", "between", "begins_with"};
  std::string out;
  for (const KeyBound& bound : *bounds) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {} ", bound.attribute, kOps[static_cast<size_t>(bound.op)]);
    AppendJson(out, bound.value);
    if (bound.op == KeyBound::Op::kBetween) AppendJson(out += " and ", bound.upper);
  }
  return out;
}

TEST(KeyCondition, IsRead) {
  const std::pair<const char*, const char*> kTable[] = {
      {"p = :p", R"(p = {"S":"x"})"},
      {" #p=:p AnD c BeTwEeN :1 aNd :2 ", R"(p = {"S":"x"}, c between {"N":"1"} and {"N":"2"})"},
      {":p = p AND :1 < c", R"(p = {"S":"x"}, c > {"N":"1"})"},
      {":1 >= c AND p = :p", R"(c <= {"N":"1"}, p = {"S":"x"})"},
      {"((c = :1) AND (p = :p))", R"(c = {"N":"1"}, p = {"S":"x"})"},
      {"p = :p AND begins_with(c, :p)", R"(p = {"S":"x"}, c begins_with {"S":"x"})"},
      {"p = :p AND c >= :1", R"(p = {"S":"x"}, c >= {"N":"1"})"},
      {"p = :t", R"(p = {"BOOL":true})"},
  };
  for (const auto& [text, result] : kTable) EXPECT_EQ(Parse(text), result) << text;
}

constexpr std::pair<const char*, const char*> kRefusals[] = {
    {"", "Invalid KeyConditionExpression: The expression can not be empty;"},
    {"p", R"(Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "p")"},
    {"p = :p AND ((c = :1))",
     "Invalid KeyConditionExpression: The expression has redundant parentheses;"},
    {"p = :z",
     "Invalid KeyConditionExpression: An expression attribute value used in expression is not "
     "defined; attribute value: :z"},
    {"p = :p OR c = :1", "Invalid operator used in KeyConditionExpression: OR"},
    {"NOT c = :1 AND p = :p", "Invalid operator used in KeyConditionExpression: NOT"},
    {"NOT NOT p = :p", "Invalid operator used in KeyConditionExpression: NOT"},
    {"p = :p AND c <> :1", "Invalid operator used in KeyConditionExpression: <>"},
    {"p = :p AND c IN (:1)", "Invalid operator used in KeyConditionExpression: IN"},
    {"p = :p AND attribute_exists(c)",
     "Invalid operator used in KeyConditionExpression: attribute_exists"},
    {"p = :p AND contains(c, :p)", "Invalid operator used in KeyConditionExpression: contains"},
    {"p = :p AND dog(c, :1)",
     "Invalid KeyConditionExpression: Invalid function name; function: dog"},
    {"p = :p AND size(c) = :1",
     "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"},
    {"p = :p AND a.b < :1",
     "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested "
     "attributes"},
    {"p = :p AND p = :p",
     "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition "
     "per "
     "key"},
    {"p = c",
     "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
     "condition"},
    {":p = :1", "Invalid condition in KeyConditionExpression: No key attribute specified"},
    {"p = :p AND begins_with(:p, c)",
     "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
     "attribute as its first operand"},
    {"p = :p AND :1 BETWEEN c AND :2",
     "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute "
     "as its first operand"},
    {"p = :p AND begins_with(c, :1)",
     "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator "
     "or function: begins_with, operand type: N"},
    {"p = :p AND c BETWEEN :2 AND :1",
     "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater "
     "than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound "
     "operand: AttributeValue: {N:1}"},
};

TEST(KeyCondition, RefusesAsAws) {
  for (const auto& [text, message] : kRefusals) EXPECT_EQ(Parse(text), message) << text;
}

}  // namespace
}  // namespace lifeboat::dynamodb
