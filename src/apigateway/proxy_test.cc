// The event that a function gets and what becomes of its answer.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "apigateway/proxy_answer.h"
#include "apigateway/proxy_event.h"
#include "base/bytes.h"
#include "json/value.h"

namespace lifeboat::apigateway {
namespace {

class ProxyEventTest : public testing::Test {
 protected:
  ProxyEventTest() {
    api_.id = "abcdefghij";
    stage_.name = "Prod";
    stage_.deployment_id = "dep1";
    Resource resource{"res1", "root", "/products/{id}", {}};
    resource.methods["PUT"] = {"PUT", {}};
    definition_.resources["/products/{id}"] = resource;
    request_.method = "PUT";
    request_.target = "/Prod/products/4%2B2?a=1&b=x+y&a=2";
    request_.peer_address = "127.0.0.9";
    request_.headers = {{"host", "h"},       {"X-Mine", "1"},     {"x-mine", "2"},
                        {"X-Mine", "3"},     {"Connection", "c"}, {"Content-Type", "text/plain"},
                        {"User-Agent", "me"}};
    request_.body = "hello";
  }
  json::Value Make() {
    ProxyContext context;
    context.account = "000000000000";
    context.api = &api_;
    context.stage = &stage_;
    context.definition = &definition_;
    context.route = FindRoute(definition_.resources, "PUT", "/products/4%2B2");
    context.event_path = "/products/4%2B2";
    context.context_path = "/Prod/products/4%2B2";
    context.domain_name = "abcdefghij.execute-api.us-east-1.amazonaws.com";
    context.request_id = "rid";
    context.extended_request_id = "xid=";
    context.trace_id = "Root=1-0-0";
    context.now = WallTime::FromMillis(1'428'582'896'123);
    return *json::Parse(MakeProxyEvent(request_, context));
  }
  RestApi api_;
  Stage stage_;
  Definition definition_;
  http::Request request_;
};

TEST_F(ProxyEventTest, HasAllKeysOfPayloadOne) {
  const json::Value e = Make();
  EXPECT_EQ(e.GetString("resource"), "/products/{id}");
  EXPECT_EQ(e.GetString("path"), "/products/4%2B2");
  EXPECT_EQ(e.GetString("httpMethod"), "PUT");
  EXPECT_EQ(json::Write(*e.Find("pathParameters")), R"({"id":"4%2B2"})");
  EXPECT_EQ(json::Write(*e.Find("queryStringParameters")), R"({"a":"2","b":"x y"})");
  EXPECT_EQ(json::Write(*e.Find("multiValueQueryStringParameters")),
            R"({"a":["1","2"],"b":["x y"]})");
  EXPECT_EQ(json::Write(*e.Find("headers")),
            R"({"host":"h","X-Mine":"3","x-mine":"2","Content-Type":"text/plain",)"
            R"("User-Agent":"me","X-Amzn-Trace-Id":"Root=1-0-0","X-Forwarded-For":"127.0.0.9",)"
            R"("X-Forwarded-Port":"443","X-Forwarded-Proto":"https"})");
  EXPECT_TRUE(e.Find("stageVariables")->is_null());
  EXPECT_EQ(e.GetString("body"), "hello");
  EXPECT_FALSE(e.Find("isBase64Encoded")->as_bool());
  const json::Value& c = *e.Find("requestContext");
  EXPECT_EQ(c.GetString("requestTime"), "09/Apr/2015:12:34:56 +0000");
  EXPECT_EQ(c.Find("requestTimeEpoch")->as_int(), 1'428'582'896'123);
  EXPECT_EQ(c.GetString("domainPrefix"), "abcdefghij");
  EXPECT_EQ(c.GetString("path"), "/Prod/products/4%2B2");
  EXPECT_EQ(c.GetString("resourceId"), "res1");
  EXPECT_EQ(c.Find("identity")->GetString("sourceIp"), "127.0.0.9");
  EXPECT_TRUE(c.Find("identity")->Find("cognitoIdentityId")->is_null());
}

TEST_F(ProxyEventTest, AbsentPartsAreNull) {
  request_.target = "/Prod/products/1";
  request_.body.clear();
  const json::Value e = Make();
  for (const char* key :
       {"queryStringParameters", "multiValueQueryStringParameters", "body", "stageVariables"}) {
    ASSERT_NE(e.Find(key), nullptr) << key;
    EXPECT_TRUE(e.Find(key)->is_null()) << key;
  }
}

TEST_F(ProxyEventTest, BinaryTypesTravelInBase64) {
  definition_.binary_media_types = {"text/*"};
  const json::Value e = Make();
  EXPECT_EQ(e.GetString("body"), Base64Encode("hello"));
  EXPECT_TRUE(e.Find("isBase64Encoded")->as_bool());
}

// Only binaryMediaTypes make base64; whatever else comes is taken for UTF-8, as on AWS.
TEST_F(ProxyEventTest, OtherTypesAreTextWhateverTheirBytes) {
  const std::pair<std::string, std::string> rows[] = {
      {"\xff\xfe", "\ufffd\ufffd"},
      {"a\xe2\x82z", "a\ufffdz"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"ok é", "ok é"},
  };
  for (const auto& [sent, seen] : rows) {
    request_.body = sent;
    const json::Value e = Make();
    EXPECT_EQ(e.GetString("body"), seen);
    EXPECT_FALSE(e.Find("isBase64Encoded")->as_bool());
  }
}

std::string Answer(std::string_view payload) {
  const auto response = ReadProxyAnswer(payload, {}, "");
  if (!response) return "malformed";
  std::string text = std::to_string(response->status);
  for (const auto& [name, value] : response->headers) text += " " + name + "=" + value;
  return text + " " + response->body;
}

TEST(ProxyAnswerTest, ReadsTheTableOfAnswers) {
  const std::pair<const char*, const char*> table[] = {
      {R"({"statusCode":200,"body":"x"})", "200 Content-Type=application/json x"},
      {R"({"statusCode":"404","body":null})", "404 Content-Type=application/json "},
      {R"({"body":"x"})", "200 Content-Type=application/json x"},
      {"{}", "200 Content-Type=application/json "},
      {R"({"statusCode":201,"headers":{"content-type":"text/plain","X-A":true,"X-B":1}})",
       "201 content-type=text/plain X-A=true X-B=1 "},
      {R"({"headers":{"a":"1"},"multiValueHeaders":{"a":["1","2"],"Content-Type":["t"]}})",
       "200 a=1 a=2 Content-Type=t "},
      {R"({"headers":{"Server":"s","Date":"d","Content-Length":"9"}})",
       "200 x-amzn-Remapped-Server=s x-amzn-Remapped-Date=d Content-Type=application/json "},
      {R"({"headers":{"X":"a\r\nEvil: 1"}})", "200 X=a  Evil: 1 Content-Type=application/json "},
      {R"("text")", "malformed"},
      {"", "malformed"},
      {"null", "malformed"},
      {R"({"statusCode":200,"other":1})", "malformed"},
      {R"({"statusCode":"abc"})", "malformed"},
      {R"({"statusCode":99})", "malformed"},
      {R"({"body":{"a":1}})", "malformed"},
      {R"({"multiValueHeaders":{"a":"1"}})", "malformed"},
      {R"({"headers":{"a":{}}})", "malformed"},
      {R"({"headers":{"a b":"1"}})", "malformed"},
      {R"({"multiValueHeaders":{"a\r\nb":["1"]}})", "malformed"},
  };
  for (const auto& [payload, wanted] : table) EXPECT_EQ(Answer(payload), wanted) << payload;
}

TEST(ProxyAnswerTest, DecodesBase64OnlyForBinaryTypes) {
  const std::string payload = R"({"isBase64Encoded":true,"body":"aGk="})";
  EXPECT_EQ(ReadProxyAnswer(payload, {}, "image/png")->body, "aGk=");
  EXPECT_EQ(ReadProxyAnswer(payload, {"image/*"}, "image/png,*/*")->body, "hi");
  EXPECT_EQ(ReadProxyAnswer(R"({"isBase64Encoded":true,"body":"?"})", {"*/*"}, ""), std::nullopt);
}

RC_GTEST_PROP(ProxyAnswerProperty, NeverFailsOnAnyText, (const std::string& payload)) {
  (void)ReadProxyAnswer(payload, {}, payload);
}

}  // namespace
}  // namespace lifeboat::apigateway
