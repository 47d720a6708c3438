// Attribute values on the wire: what is read, how it is answered, and every refusal's text, as
// recorded by architect/dynalite (JSON types) and dynamodb-conformance (values).
#include "dynamodb/wire.h"

#include <gtest/gtest.h>

#include "dynamodb/test_support.h"

namespace lifeboat::dynamodb {
namespace {

json::Value Json(std::string_view text) {
  const Result<json::Value> value = json::Parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : json::Value();
}

// The value read and written again, or `<code>: <message>`.
std::string Through(std::string_view text, Wording wording = Wording::kCurrent) {
  const AwsResult<AttributeValue> value = FromJson(Json(text), wording);
  if (!value.ok()) return value.error().code + ": " + value.error().message;
  std::string out;
  AppendJson(out, *value);
  EXPECT_EQ(json::Write(ToJson(*value)), out);
  return out;
}

TEST(Wire, ReadsAndAnswers) {
  const std::pair<const char*, const char*> kTable[] = {
      {R"({"S":"x\"\u0001é"})", R"({"S":"x\"\u0001é"})"},
      {R"({"S":""})", R"({"S":""})"},
      {R"({"N":"0042.1200"})", R"({"N":"42.12"})"},
      {R"({"B":"aGk="})", R"({"B":"aGk="})"},
      {R"({"B":""})", R"({"B":""})"},
      {R"({"BOOL":false})", R"({"BOOL":false})"},
      {R"({"NULL":true})", R"({"NULL":true})"},
      {R"({"SS":["b","","a"]})", R"({"SS":["","a","b"]})"},
      {R"({"NS":["10","9","-1"]})", R"({"NS":["-1","9","10"]})"},
      {R"({"BS":["/w==","","AA=="]})", R"({"BS":["","AA==","/w=="]})"},
      {R"({"L":[{"S":"x"},{"L":[]}]})", R"({"L":[{"S":"x"},{"L":[]}]})"},
      {R"({"M":{"b":{"N":"1"},"a":{"M":{}}}})", R"({"M":{"a":{"M":{}},"b":{"N":"1"}}})"},
      {R"({"S":"x","N":null,"Unknown":1})", R"({"S":"x"})"},
  };
  for (const auto& [in, out] : kTable) EXPECT_EQ(Through(in), out);
}

TEST(Wire, RefusesWrongJsonTypes) {
  const std::pair<const char*, const char*> kTable[] = {
      {R"({"S":true})", "TRUE_VALUE cannot be converted to String"},
      {R"({"S":false})", "FALSE_VALUE cannot be converted to String"},
      {R"({"N":23})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"N":-2147483648})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"N":34.56})", "DECIMAL_VALUE cannot be converted to String"},
      {R"({"S":[]})", "Unrecognized collection type class java.lang.String"},
      {R"({"S":{}})", "Start of structure or map found where not expected"},
      {R"({"BOOL":"23"})", "Unexpected token received from parser"},
      {R"({"BOOL":23})", "NUMBER_VALUE cannot be converted to Boolean"},
      {R"({"NULL":34.56})", "DECIMAL_VALUE cannot be converted to Boolean"},
      {R"({"NULL":[]})", "Unrecognized collection type class java.lang.Boolean"},
      {R"({"B":true})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"B":23})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"B":[]})", "Unrecognized collection type class java.nio.ByteBuffer"},
      {R"({"B":{}})", "Start of structure or map found where not expected"},
      {R"({"B":"23456"})", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
      {R"({"B":"=+/="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"B":"+/+="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"SS":"23"})", "Unexpected field type"},
      {R"({"SS":{}})", "Start of structure or map found where not expected"},
      {R"({"SS":[1]})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"BS":[1]})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"NS":[34.5]})", "DECIMAL_VALUE cannot be converted to String"},
      {R"({"L":["x"]})", "Unexpected value type in payload"},
      {R"({"L":[[]]})",
       "Unrecognized collection type class "
       "com.amazonaws.dynamodb.v20120810.AttributeValue"},
      {R"({"M":"x"})", "Unexpected field type"},
      {R"({"M":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, "
       "com.amazonaws.dynamodb.v20120810.AttributeValue>"},
      {R"({"M":{"a":1}})", "Unexpected value type in payload"},
      {R"("x")", "Unexpected value type in payload"},
      // JSON types come before values.
      {R"({"L":[{"N":"abc"},{"S":1}]})", "NUMBER_VALUE cannot be converted to String"},
  };
  for (const auto& [in, message] : kTable) {
    EXPECT_EQ(Through(in), std::string("SerializationException: ") + message) << in;
    EXPECT_FALSE(CheckShape(Json(in)).ok()) << in;
  }
}

TEST(Wire, RefusesWrongValues) {
  const std::string kInvalid = "One or more parameter values were invalid: ";
  const std::pair<const char*, std::string> kTable[] = {
      {"{}",
       "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {R"({"S":null})",
       "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {R"({"S":"a","N":"1"})",
       "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
       "supported datatypes"},
      {R"({"S":"a","N":"abc"})", "The parameter cannot be converted to a numeric value: abc"},
      {R"({"NULL":false})", kInvalid + "Null attribute value types must have the value of true"},
      {R"({"SS":[]})", kInvalid + "An string set  may not be empty"},
      {R"({"NS":[]})", kInvalid + "An number set  may not be empty"},
      {R"({"BS":[]})", kInvalid + "Binary sets should not be empty"},
      {R"({"N":""})", "The parameter cannot be converted to a numeric value: "},
      {R"({"NS":["1",""]})", "The parameter cannot be converted to a numeric value: "},
      {R"({"SS":["b","a","b"]})",
       kInvalid + R"(Input collection ["a", "b", "b"] contains duplicates.)"},
      {R"({"BS":["/w==","AA==","AA=="]})",
       kInvalid + R"(Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.)"},
      {R"({"NS":["2","1","2.0"]})", kInvalid + "Input collection contains duplicates."},
      {R"({"M":{"x":{"L":[{"N":"1e126"}]}}})",
       "Number overflow. Attempting to store a number with magnitude larger than supported range"},
  };
  for (const auto& [in, message] : kTable) {
    EXPECT_EQ(Through(in), "ValidationException: " + message) << in;
    EXPECT_TRUE(CheckShape(Json(in)).ok()) << in;
  }
}

TEST(Wire, HasAnOlderWording) {
  const std::string kInvalid = "One or more parameter values were invalid: ";
  const std::pair<const char*, std::string> kTable[] = {
      {R"({"N":""})", "The parameter cannot be converted to a numeric value"},
      {R"({"N":"x"})", "The parameter cannot be converted to a numeric value: x"},
      {R"({"SS":["b","a","b"]})", kInvalid + "Input collection [b, a, b] contains duplicates."},
      {R"({"BS":["/w==","AA==","AA=="]})",
       kInvalid + "Input collection [/w==, AA==, AA==]of type BS contains duplicates."},
      {R"({"NS":["2","1","2"]})", "Input collection contains duplicates"},
  };
  for (const auto& [in, message] : kTable) {
    EXPECT_EQ(Through(in, Wording::kOlder), "ValidationException: " + message) << in;
  }
}

TEST(Wire, NestsThirtyTwoLevels) {
  std::string deep = R"({"S":"leaf"})";
  for (int i = 0; i < 31; ++i)
    deep = (i % 2 == 0 ? R"({"M":{"n":)" : R"({"L":[)") + deep + (i % 2 == 0 ? "}}" : "]}");
  EXPECT_EQ(Through(deep), deep);
  EXPECT_EQ(NestingOf(*FromJson(Json(deep))), 32u);
  EXPECT_EQ(Through(R"({"L":[)" + deep + "]}"),
            "ValidationException: Nesting Levels have exceeded supported limits: Attributes in the "
            "item have nested levels beyond supported limit");
}

TEST(Wire, ItemsAreMaps) {
  EXPECT_EQ(testing::JsonOf(testing::ItemOf(R"({"b":{"N":"1"},"a":{"S":"x"}})")),
            R"({"a":{"S":"x"},"b":{"N":"1"}})");
  EXPECT_EQ(ItemFromJson(Json(R"([1])")).error().code, "SerializationException");
  EXPECT_EQ(ItemFromJson(Json(R"("x")")).error().message, "Unexpected field type");
  EXPECT_EQ(ItemFromJson(Json(R"({"a":{}})")).error().code, "ValidationException");
  const std::string long_name(65536, 'a');
  EXPECT_EQ(ItemFromJson(Json("{\"" + long_name + "\":{\"N\":\"1\"}}")).error().message,
            "One or more parameter values were invalid: Attribute name is too large, must be less "
            "than 65536 bytes");
}

std::string Substitute(std::string_view names, std::string_view values,
                       Wording wording = Wording::kCurrent) {
  const json::Value n = names.empty() ? json::Value() : Json(names);
  const json::Value v = values.empty() ? json::Value() : Json(values);
  const AwsResult<Substitutions> subs = SubstitutionsFromJson(&n, &v, wording);
  if (!subs.ok()) return subs.error().message;
  const AwsResult<void> used = subs->CheckAllUsed();
  return used.ok() ? "ok" : used.error().message;
}

TEST(Substitutions, RefusesAsAws) {
  EXPECT_EQ(Substitute("", ""), "ok");
  EXPECT_EQ(Substitute("{}", ""), "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(Substitute("", "{}"), "ExpressionAttributeValues must not be empty");
  EXPECT_EQ(Substitute(R"({"a":"x"})", ""),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
  EXPECT_EQ(Substitute(R"({"#":"x"})", ""),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#")");
  EXPECT_EQ(Substitute(R"({"#a-b":"x"})", ""),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b")");
  EXPECT_EQ(Substitute("", R"({"#a":{"S":"x"}})"),
            R"(ExpressionAttributeValues contains invalid key: Syntax error; key: "#a")");
  EXPECT_EQ(Substitute(R"({"#a":""})", ""),
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a");
  EXPECT_EQ(Substitute(R"({"#a":1})", ""), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(Substitute("", R"({":a":{"N":"x"}})"),
            "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(
      Substitute("", R"({":a":{"N":"x"}})", Wording::kOlder),
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to "
      "a numeric value: x for key :a");
  EXPECT_EQ(Substitute(R"({"#b":"x","#a":"y"})", R"({":a":{"S":"x"}})"),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
  EXPECT_EQ(Substitute("", R"({":b":{"S":"x"},":a":{"S":"x"}})"),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}");
  const std::string half(1 << 20, 'x');
  EXPECT_EQ(Substitute("", R"({":a":{"S":")" + half + R"("},":b":{"S":")" + half + R"("}})"),
            "Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max "
            "size");
}

}  // namespace
}  // namespace lifeboat::dynamodb
