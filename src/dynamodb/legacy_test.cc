#include "dynamodb/legacy.h"

#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

using testing::ItemOf;
using testing::JsonOf;

json::Value Json(std::string_view text) {
  const Result<json::Value> value = json::Parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : json::Value();
}

constexpr std::string_view kItem = R"({"n":{"N":"2"},"s":{"S":"hello"},"b":{"B":"aGkgdGhlcmU="},
  "ns":{"NS":["2","4"]},"l":{"L":[{"N":"2"}]},"nul":{"NULL":true},"t":{"BOOL":true}})";

std::string Outcome(const AwsResult<std::optional<Condition>>& condition) {
  if (!condition.ok()) return condition.error().message;
  if (!condition->has_value()) return "none";
  return *(*condition)->Evaluate(ItemOf(kItem)) ? "true" : "false";
}

// One condition on one attribute, by QueryFilter and by Expected, which must agree.
std::string Compare(const char* attribute, const char* op, const char* values) {
  const std::string condition = fmt::format(
      R"({{"{}":{{"ComparisonOperator":"{}","AttributeValueList":{}}}}})", attribute, op, values);
  const std::string filtered =
      Outcome(ConditionFromFilter(Json(R"({"QueryFilter":)" + condition + "}"), "QueryFilter"));
  EXPECT_EQ(Outcome(ConditionFromExpected(Json(R"({"Expected":)" + condition + "}"))), filtered);
  return filtered;
}

struct Row {
  const char* attribute;
  const char* op;
  const char* values;
  const char* result;
};

TEST(LegacyCondition, Compares) {
  const Row kTable[] = {
      {"n", "EQ", R"([{"N":"2.0"}])", "true"},
      {"n", "EQ", R"([{"S":"2"}])", "false"},
      {"ns", "EQ", R"([{"NS":["4","2"]}])", "true"},
      {"t", "EQ", R"([{"BOOL":true}])", "true"},
      {"n", "NE", R"([{"N":"3"}])", "true"},
      {"none", "NE", R"([{"N":"3"}])", "true"},
      {"n", "LE", R"([{"N":"2"}])", "true"},
      {"n", "LT", R"([{"N":"2"}])", "false"},
      {"s", "GE", R"([{"S":"cat"}])", "true"},
      {"n", "GT", R"([{"S":"1"}])", "false"},
      {"nul", "NOT_NULL", "[]", "true"},
      {"none", "NOT_NULL", "[]", "false"},
      {"none", "NULL", "[]", "true"},
      {"nul", "NULL", "[]", "false"},
      {"s", "CONTAINS", R"([{"S":"ell"}])", "true"},
      {"b", "CONTAINS", R"([{"B":"aGVyZQ=="}])", "true"},
      {"ns", "CONTAINS", R"([{"N":"4"}])", "true"},
      {"l", "CONTAINS", R"([{"N":"2"}])", "true"},
      {"none", "CONTAINS", R"([{"N":"2"}])", "false"},
      {"s", "NOT_CONTAINS", R"([{"S":"dog"}])", "true"},
      {"s", "NOT_CONTAINS", R"([{"S":"ell"}])", "false"},
      {"none", "NOT_CONTAINS", R"([{"S":"dog"}])", "false"},
      {"s", "BEGINS_WITH", R"([{"S":"hell"}])", "true"},
      {"n", "BEGINS_WITH", R"([{"S":"2"}])", "false"},
      {"n", "IN", R"([{"N":"1"},{"N":"2"}])", "true"},
      {"ns", "IN", R"([{"N":"2"}])", "false"},
      {"n", "BETWEEN", R"([{"N":"1"},{"N":"2"}])", "true"},
      {"s", "BETWEEN", R"([{"S":"a"},{"S":"b"}])", "false"},
  };
  for (const Row& row : kTable) {
    EXPECT_EQ(Compare(row.attribute, row.op, row.values), row.result) << row.attribute << row.op;
  }
}

TEST(LegacyCondition, RefusesAsAws) {
  const std::string kInvalid = "One or more parameter values were invalid: ";
  const Row kTable[] = {
      {"n", "EQ", R"([{"N":"1"},{"N":"2"}])",
       "Invalid number of argument(s) for the EQ ComparisonOperator"},
      {"n", "IN", "[]", "Invalid number of argument(s) for the IN ComparisonOperator"},
      {"n", "NULL", R"([{"N":"1"}])",
       "Invalid number of argument(s) for the NULL ComparisonOperator"},
      {"n", "IN", R"([{"N":"1"},{"S":"a"}])",
       "AttributeValues inside AttributeValueList must be of same type"},
      {"n", "CONTAINS", R"([{"L":[]}])",
       "ComparisonOperator CONTAINS is not valid for L AttributeValue type"},
      {"n", "BEGINS_WITH", R"([{"N":"1"}])",
       "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"},
      {"n", "LT", R"([{"BOOL":true}])",
       "ComparisonOperator LT is not valid for BOOL AttributeValue type"},
  };
  for (const Row& row : kTable) {
    EXPECT_EQ(Compare(row.attribute, row.op, row.values), kInvalid + row.result);
  }
  EXPECT_EQ(Compare("n", "BETWEEN", R"([{"N":"2"},{"N":"1"}])"),
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
            "upper bound");
  EXPECT_EQ(Compare("n", "EQ", R"([{"N":"x"}])"),
            "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(Compare("n", "EQ", R"({"N":"x"})"),
            "Start of structure or map found where not expected");
}

TEST(LegacyCondition, ChecksOperatorsFirst) {
  EXPECT_EQ(
      Outcome(ConditionFromFilter(Json(R"({"ScanFilter":{"a":{"ComparisonOperator":"x"},"b":{}}})"),
                                  "ScanFilter")),
      "2 validation errors detected: Value 'x' at 'scanFilter.a.member.comparisonOperator' "
      "failed to satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, "
      "LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]; Value null at "
      "'scanFilter.b.member.comparisonOperator' failed to satisfy constraint: Member must not "
      "be null");
  EXPECT_EQ(Outcome(ConditionFromExpected(Json(R"({"Expected":[]})"))),
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue>");
  EXPECT_EQ(Outcome(ConditionFromExpected(Json(R"({"Expected":{"a":1}})"))),
            "Unexpected value type in payload");
  EXPECT_EQ(Outcome(ConditionFromFilter(Json(R"({"QueryFilter":{"a":[]}})"), "QueryFilter")),
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Condition");
}

std::string Expect(const char* expected, const char* op = nullptr) {
  return Outcome(ConditionFromExpected(
      Json(fmt::format(R"({{"Expected":{}{}}})", expected,
                       op ? fmt::format(R"(,"ConditionalOperator":"{}")", op) : ""))));
}

TEST(LegacyExpected, HasValueAndExists) {
  const std::string kInvalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(Expect("{}"), "none");
  EXPECT_EQ(Expect("null"), "none");
  EXPECT_EQ(Expect(R"({"n":{"Value":{"N":"2"}}})"), "true");
  EXPECT_EQ(Expect(R"({"n":{"Value":{"N":"3"},"Exists":true}})"), "false");
  EXPECT_EQ(Expect(R"({"n":{"Exists":false}})"), "false");
  EXPECT_EQ(Expect(R"({"none":{"Exists":false}})"), "true");
  EXPECT_EQ(Expect(R"({"n":{"ComparisonOperator":"EQ","Value":{"N":"2"}}})"), "true");
  EXPECT_EQ(Expect(R"({"n":{"Exists":true}})"),
            kInvalid + "Value must be provided when Exists is true for Attribute: n");
  EXPECT_EQ(Expect(R"({"n":{}})"),
            kInvalid + "Value must be provided when Exists is null for Attribute: n");
  EXPECT_EQ(Expect(R"({"n":{"Exists":false,"Value":{"N":"1"}}})"),
            kInvalid + "Value cannot be used when Exists is false for Attribute: n");
  EXPECT_EQ(Expect(R"({"n":{"Exists":true,"ComparisonOperator":"EQ"}})"),
            kInvalid + "Exists and ComparisonOperator cannot be used together for Attribute: n");
  EXPECT_EQ(Expect(R"({"n":{"Value":{"N":"1"},"AttributeValueList":[]}})"),
            kInvalid + "Value and AttributeValueList cannot be used together for Attribute: n");
  EXPECT_EQ(
      Expect(R"({"n":{"AttributeValueList":[]}})"),
      kInvalid + "AttributeValueList can only be used with a ComparisonOperator for Attribute: n");
  EXPECT_EQ(Expect(R"({"n":{"ComparisonOperator":"EQ"}})"),
            kInvalid +
                "Value or AttributeValueList must be used with ComparisonOperator: EQ for "
                "Attribute: n");
}

TEST(LegacyExpected, JoinsByConditionalOperator) {
  const char* one_of_two = R"({"n":{"Value":{"N":"2"}},"s":{"Value":{"S":"x"}}})";
  EXPECT_EQ(Expect(one_of_two), "false");
  EXPECT_EQ(Expect(one_of_two, "AND"), "false");
  EXPECT_EQ(Expect(one_of_two, "OR"), "true");
  EXPECT_EQ(Expect("null", "OR"), "ConditionalOperator cannot be used without Filter or Expected");
  EXPECT_EQ(
      Expect(R"({"n":{"Value":{"N":"2"}}})", "OR"),
      "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

std::string Keys(const char* conditions) {
  const AwsResult<std::vector<KeyBound>> bounds =
      KeyBoundsFromKeyConditions(Json(fmt::format(R"({{"KeyConditions":{}}})", conditions)));
  if (!bounds.ok()) return bounds.error().message;
  std::string out;
  for (const KeyBound& bound : *bounds) {
    out += fmt::format("{} {} ", bound.attribute, static_cast<int>(bound.op));
    AppendJson(out, bound.value);
    if (bound.op == KeyBound::Op::kBetween) AppendJson(out, bound.upper);
    out += ';';
  }
  return out;
}

TEST(LegacyKeyConditions, AreBounds) {
  EXPECT_EQ(Keys(R"({"p":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]},
                     "c":{"ComparisonOperator":"BETWEEN",
                          "AttributeValueList":[{"N":"1"},{"N":"2"}]}})"),
            R"(p 0 {"S":"x"};c 5 {"N":"1"}{"N":"2"};)");
  EXPECT_EQ(Keys(R"({"p":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"x"}]}})"),
            R"(p 6 {"S":"x"};)");
  EXPECT_EQ(Keys("{}"), "Conditions can be of length 1 or 2 only");
  for (const char* op : {"NE", "CONTAINS", "NOT_CONTAINS", "IN"}) {
    EXPECT_EQ(
        Keys(fmt::format(
                 R"({{"p":{{"ComparisonOperator":"{}","AttributeValueList":[{{"S":"x"}}]}}}})", op)
                 .c_str()),
        "Attempted conditional constraint is not an indexable operation");
  }
  EXPECT_EQ(Keys(R"({"p":{"ComparisonOperator":"NULL"}})"),
            "Attempted conditional constraint is not an indexable operation");
}

TEST(LegacyKeyConditions, AreMoreThanTwoForKeysOfSeveralAttributesOnly) {
  EXPECT_TRUE(CheckKeyConditionCount(2, 1).ok());
  EXPECT_TRUE(CheckKeyConditionCount(3, 4).ok());
  EXPECT_EQ(CheckKeyConditionCount(3, 2).error().message,
            "Conditions can be of length 1 or 2 only");
  EXPECT_FALSE(CheckKeyConditionCount(5, 4).ok());
}

std::string Apply(const char* updates, bool* creates = nullptr) {
  const AwsResult<Update> update =
      UpdateFromAttributeUpdates(Json(fmt::format(R"({{"AttributeUpdates":{}}})", updates)));
  if (!update.ok()) return update.error().message;
  if (creates != nullptr) *creates = update->CreatesItem();
  const AwsResult<Item> item =
      update->Apply(ItemOf(R"({"n":{"N":"2"},"ss":{"SS":["a","b"]},"l":{"L":[{"N":"1"}]}})"));
  return item.ok() ? JsonOf(*item) : item.error().message;
}

TEST(LegacyUpdates, Change) {
  EXPECT_EQ(Apply("null"), R"({"l":{"L":[{"N":"1"}]},"n":{"N":"2"},"ss":{"SS":["a","b"]}})");
  EXPECT_EQ(Apply(R"({"n":{"Value":{"S":"x"}},"l":{"Action":"DELETE"},
                      "ss":{"Action":"DELETE","Value":{"SS":["a"]}}})"),
            R"({"n":{"S":"x"},"ss":{"SS":["b"]}})");
  EXPECT_EQ(
      Apply(R"({"n":{"Action":"ADD","Value":{"N":"3"}},"new":{"Action":"ADD","Value":{"N":"1"}},
                      "ss":{"Action":"ADD","Value":{"SS":["c"]}},
                      "l":{"Action":"ADD","Value":{"L":[{"S":"x"}]}}})"),
      R"({"l":{"L":[{"N":"1"},{"S":"x"}]},"n":{"N":"5"},"new":{"N":"1"},)"
      R"("ss":{"SS":["a","b","c"]}})");
  EXPECT_EQ(Apply(R"({"ss":{"Action":"DELETE","Value":{"SS":["a","b"]}}})"),
            R"({"l":{"L":[{"N":"1"}]},"n":{"N":"2"}})");
}

TEST(LegacyUpdates, OnlyDeletesMakeNoItem) {
  bool creates = false;
  Apply(R"({"n":{"Action":"DELETE"},"ss":{"Action":"DELETE","Value":{"SS":["a"]}}})", &creates);
  EXPECT_FALSE(creates);
  Apply(R"({"n":{"Action":"DELETE"},"x":{"Value":{"S":"x"}}})", &creates);
  EXPECT_TRUE(creates);
  Apply("{}", &creates);
  EXPECT_TRUE(creates);
}

TEST(LegacyUpdates, RefuseAsAws) {
  const std::string kInvalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(Apply(R"({"n":{"Action":"PUT"}})"),
            kInvalid + "Only DELETE action is allowed when no attribute value is specified");
  EXPECT_EQ(Apply(R"({"n":{"Action":"DELETE","Value":{"S":"x"}}})"),
            kInvalid + "DELETE action with value is not supported for the type S");
  EXPECT_EQ(Apply(R"({"n":{"Action":"ADD","Value":{"BOOL":true}}})"),
            kInvalid + "ADD action is not supported for the type BOOL");
  EXPECT_EQ(Apply(R"({"n":{"Action":"ADD","Value":{"SS":["x"]}}})"),
            "Type mismatch for attribute to update");
  EXPECT_EQ(Apply(R"({"n":{"Action":"DELETE","Value":{"SS":["x"]}}})"),
            "Type mismatch for attribute to update");
  EXPECT_EQ(
      Apply(R"({"n":{"Action":"x","Value":{"S":"x"}}})"),
      "1 validation error detected: Value 'x' at 'attributeUpdates.n.member.action' failed to "
      "satisfy constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]");
  EXPECT_EQ(Apply(R"("x")"), "Unexpected field type");
  EXPECT_EQ(Apply(R"({"":{"Value":{"S":"x"}}})"), "Empty attribute name");
  EXPECT_EQ(
      Apply(fmt::format(R"({{"{}":{{"Value":{{"S":"x"}}}}}})", std::string(65536, 'n')).c_str()),
      kInvalid + "Attribute name is too large, must be less than 65536 bytes");
}

std::string Names(const char* list) {
  const AwsResult<std::optional<Projection>> projection =
      ProjectionFromAttributesToGet(Json(fmt::format(R"({{"AttributesToGet":{}}})", list)));
  if (!projection.ok()) return projection.error().message;
  return projection->has_value() ? JsonOf((*projection)->Apply(ItemOf(kItem))) : "none";
}

TEST(LegacyAttributesToGet, IsAProjection) {
  EXPECT_EQ(Names("null"), "none");
  EXPECT_EQ(Names(R"(["n","x"])"), R"({"n":{"N":"2"}})");
  EXPECT_EQ(Names(R"([""])"), "Empty attribute name");
  EXPECT_EQ(Names("[]"),
            "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(Names(R"(["a","a"])"),
            "One or more parameter values were invalid: Duplicate value in attribute name: a");
  EXPECT_EQ(Names("[1]"), "NUMBER_VALUE cannot be converted to String");
}

std::string Mixed(const char* request, Wording wording = Wording::kCurrent) {
  const AwsResult<void> r = CheckExpressionParameters(
      Json(request), {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
      {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"}, wording);
  return r.ok() ? "ok" : r.error().message;
}

TEST(Legacy, MayNotBeMixedWithExpressions) {
  EXPECT_EQ(Mixed("{}"), "ok");
  EXPECT_EQ(Mixed(R"({"KeyConditions":{},"FilterExpression":"a"})"), "ok");
  EXPECT_EQ(Mixed(R"({"AttributesToGet":[],"QueryFilter":{}})"), "ok");
  EXPECT_EQ(
      Mixed(
          R"({"AttributesToGet":[],"KeyConditions":{},"ProjectionExpression":"","KeyConditionExpression":""})"),
      "Can not use both expression and non-expression parameters in the same request: "
      "Non-expression parameters: {AttributesToGet, KeyConditions} Expression parameters: "
      "{ProjectionExpression, KeyConditionExpression}");
  EXPECT_EQ(Mixed(R"({"ExpressionAttributeNames":{}})"),
            "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(Mixed(R"({"ExpressionAttributeValues":{},"ProjectionExpression":"a"})"),
            "ExpressionAttributeValues can only be specified when using expressions");
  EXPECT_EQ(Mixed(R"({"ExpressionAttributeValues":{}})", Wording::kOlder),
            "ExpressionAttributeValues can only be specified when using expressions: "
            "FilterExpression and KeyConditionExpression are null");
}

}  // namespace
}  // namespace lifeboat::dynamodb
