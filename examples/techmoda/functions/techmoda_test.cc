// The parts of the functions that need no table: bodies, events, expressions, signatures, answers.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "canary.h"
#include "clock.h"
#include "event.h"
#include "http_client.h"
#include "product.h"
#include "sigv4.h"
#include "uuid.h"

namespace techmoda {
namespace {

using nlohmann::json;

TEST(ProductTest, AcceptsGoodBodies) {
  const ProductFields fields = ReadNewProduct(
      json::parse(R"({"id":"p-1","name":"Shirt","price":0,"stock":3,"drillSeq":17,"other":"x"})"));
  EXPECT_EQ(fields.problem, "");
  EXPECT_EQ(fields.values.dump(), R"({"description":"","drillSeq":17,"id":"p-1","name":"Shirt",)"
                                  R"("price":0,"stock":3})");
}

TEST(ProductTest, RefusesBadBodies) {
  const std::pair<const char*, const char*> table[] = {
      {R"({"price":1})", "name is required."},
      {R"({"name":"a"})", "price is required."},
      {R"({"name":"","price":1})", "name must not be empty."},
      {R"({"name":"a","price":"1"})", "price must be a number."},
      {R"({"name":"a","price":-1})", "price must be between 0 and 1e15."},
      {R"({"name":"a","price":1,"stock":1.5})", "stock must be whole."},
      {R"({"name":5,"price":1})", "name must be a string."},
      {R"({"name":"a","price":1,"drillSeq":"x"})", "drillSeq must be a number."},
  };
  for (const auto& [body, problem] : table) {
    EXPECT_EQ(ReadNewProduct(json::parse(body)).problem, problem) << body;
  }
  for (const char* id : {"\"\"", "\"a b\"", "\"canary#us-east-1\"", "5", "\"a/b\""}) {
    const json body = json::parse(std::string(R"({"name":"a","price":1,"id":)") + id + "}");
    EXPECT_NE(ReadNewProduct(body).problem, "") << id;
  }
  EXPECT_NE(ReadProductChanges(json::parse(R"({"id":"x","createdAt":"y"})")).problem, "");
}

TEST(ProductTest, ItemsAndBack) {
  const json product = {{"id", "a"}, {"price", 19.99}, {"stock", 3}};
  EXPECT_EQ(ToItem(product).dump(), R"({"id":{"S":"a"},"price":{"N":"19.99"},"stock":{"N":"3"}})");
  EXPECT_EQ(FromItem(ToItem(product)), product);
}

TEST(ProductTest, UpdateAliasesEveryName) {
  const json update = MakeUpdate("t", "a", {{"name", "x"}, {"price", 2}}, "now");
  EXPECT_EQ(update["UpdateExpression"], "SET #f0 = :v0, #f1 = :v1, #f2 = :v2");
  EXPECT_EQ(update["ExpressionAttributeNames"].dump(),
            R"({"#f0":"name","#f1":"price","#f2":"updatedAt","#id":"id"})");
  EXPECT_EQ(update["ExpressionAttributeValues"].dump(),
            R"({":v0":{"S":"x"},":v1":{"N":"2"},":v2":{"S":"now"}})");
  EXPECT_EQ(update["ConditionExpression"], "attribute_exists(#id)");
}

TEST(ProductTest, UpdatesOnConditionAndOfTheStock) {
  const ProductFields fields =
      ReadProductChanges(json::parse(R"({"stockChange":-2,"ifUpdatedAt":"before"})"));
  ASSERT_EQ(fields.problem, "");
  const json update = MakeUpdate("t", "a", fields.values, "now");
  EXPECT_EQ(update["UpdateExpression"], "SET #f0 = :v0 ADD #stock :change");
  EXPECT_EQ(update["ConditionExpression"], "attribute_exists(#id) AND #updatedAt = :expected");
  EXPECT_EQ(update["ExpressionAttributeValues"].dump(),
            R"({":change":{"N":"-2"},":expected":{"S":"before"},":v0":{"S":"now"}})");
  for (const char* bad : {R"({"stockChange":1.5})", R"({"stockChange":"1"})",
                          R"({"stockChange":1,"stock":2})", R"({"name":"a","ifUpdatedAt":5})"})
    EXPECT_NE(ReadProductChanges(json::parse(bad)).problem, "") << bad;
}

TEST(EventTest, ReadsWhatApiGatewaySends) {
  const json event = json::parse(
      R"({"pathParameters":{"id":"a%2Bb%zz%2"},"queryStringParameters":null,"body":"{\"a\":1}",)"
      R"("isBase64Encoded":false})");
  EXPECT_EQ(PathParameter(event, "id"), "a+b%zz%2");
  EXPECT_EQ(PathParameter(event, "other"), "");
  EXPECT_EQ(QueryParameter(event, "limit"), "");
  EXPECT_EQ(BodyObject(event)->dump(), R"({"a":1})");
  EXPECT_EQ(BodyObject(json::parse(R"({"body":"eyJhIjoxfQ==","isBase64Encoded":true})"))->dump(),
            R"({"a":1})");
  for (const char* bad : {"{}", R"({"body":null})", R"({"body":"[1]"})", R"({"body":"{"})",
                          R"({"body":"?","isBase64Encoded":true})"}) {
    EXPECT_EQ(BodyObject(json::parse(bad)), std::nullopt) << bad;
  }
}

TEST(EventTest, AnswersCarryCorsAndJson) {
  const json answer = ErrorAnswer(404, "no");
  EXPECT_EQ(answer["statusCode"], 404);
  EXPECT_EQ(answer["headers"]["Access-Control-Allow-Origin"], "*");
  EXPECT_EQ(answer["body"], R"({"message":"no"})");
}

TEST(CanaryTest, KeysTimesAndRegions) {
  EXPECT_EQ(CanaryTime(json::parse(R"({"Item":{"id":{"S":"c"},"canaryAt":{"N":"12"}}})")), 12);
  EXPECT_EQ(CanaryTime(json::object()), -1);
  EXPECT_EQ(OtherRegions("us-east-1, us-west-2,", "us-east-1"),
            (std::vector<std::string>{"us-west-2"}));
  EXPECT_FALSE(IsProductId(CanaryKey("us-east-1")["id"]["S"]));
}

/// AWS's published example `post-vanilla` of Signature Version 4.
TEST(SigV4Test, SignsAsPublished) {
  HttpRequest request{"POST", "/", {}, {}};
  Sign(request, "example.amazonaws.com",
       {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""}, "us-east-1", "service",
       "20150830T123600Z");
  EXPECT_EQ(request.headers.back().second,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(HttpTest, ReadsHeadsAndEndpoints) {
  HttpAnswer answer;
  EXPECT_TRUE(ParseHead("HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\nX:y ", answer));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.headers["content-length"], "5");
  EXPECT_EQ(answer.headers["x"], "y");
  for (const char* bad : {"", "HTTP/2 200", "HTTP/1.1 abc x", "HTTP/1.1 200 OK\r\nno colon"}) {
    EXPECT_FALSE(ParseHead(bad, answer)) << bad;
  }
  Endpoint endpoint;
  EXPECT_TRUE(Endpoint::Parse("http://127.0.0.1:8080/", endpoint));
  EXPECT_EQ(endpoint.HostHeader(), "127.0.0.1:8080");
  EXPECT_TRUE(Endpoint::Parse("https://dynamodb.us-east-1.amazonaws.com", endpoint));
  EXPECT_EQ(endpoint.HostHeader(), "dynamodb.us-east-1.amazonaws.com");
  EXPECT_FALSE(Endpoint::Parse("ftp://x", endpoint));
  EXPECT_FALSE(Endpoint::Parse("http://x:0", endpoint));
}

TEST(ClockTest, FormatsTimes) {
  EXPECT_EQ(FormatMillis(1'440'938'160'123), "2015-08-30T12:36:00.123Z");
  EXPECT_EQ(AmzDate(1'440'938'160'123), "20150830T123600Z");
  EXPECT_EQ(NewUuid().size(), 36u);
  EXPECT_NE(NewUuid(), NewUuid());
}

}  // namespace
}  // namespace techmoda
