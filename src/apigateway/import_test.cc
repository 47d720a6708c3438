// Definitions as the SAM transform writes them, and those that must be refused.
#include "apigateway/import.h"

#include <gtest/gtest.h>

#include "apigateway/mock.h"

namespace lifeboat::apigateway {
namespace {

constexpr const char* kUri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:000000000000:function:f/invocations";

std::string Document(const std::string& paths, const std::string& extra = "") {
  return R"({"swagger":"2.0","info":{"version":"1.0","title":"stack"},"paths":{)" + paths + "}" +
         extra + "}";
}

std::string Proxy(const std::string& method, const std::string& extra = "") {
  return "\"" + method +
         R"(":{"responses":{},"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":)"
         R"("POST","uri":")" +
         kUri + "\"" + extra + "}}";
}

class ImportTest : public testing::Test {
 protected:
  http::AwsResult<ImportedApi> Import(const std::string& body, bool merge = false) {
    return ImportDefinition(body, base_, merge, prng_);
  }
  std::string Refusal(const std::string& body) {
    const auto result = Import(body);
    return result.ok() ? "accepted" : result.error().message;
  }
  Prng prng_{1};
  Definition base_ = EmptyDefinition(prng_);
};

TEST_F(ImportTest, ReadsWhatSamWrites) {
  const auto api =
      Import(Document(R"("/products":{)" + Proxy("get") + "," + Proxy("post") +
                      R"(},"/products/{id}":{)" + Proxy("x-amazon-apigateway-any-method") + "}"));
  ASSERT_TRUE(api.ok()) << api.error().message;
  EXPECT_EQ(api->title, "stack");
  const Resources& resources = api->definition.resources;
  EXPECT_EQ(resources.size(), 3u);
  EXPECT_EQ(resources.at("/products/{id}").parent_id, resources.at("/products").id);
  EXPECT_EQ(resources.at("/products").parent_id, base_.resources.at("/").id);
  const Integration& integration = resources.at("/products").methods.at("POST").integration;
  EXPECT_EQ(integration.function_arn, "arn:aws:lambda:us-east-1:000000000000:function:f");
  EXPECT_EQ(integration.timeout_ms, 29'000);
  EXPECT_TRUE(resources.at("/products/{id}").methods.contains("ANY"));
  const json::Value form = api->definition.ToJson();
  EXPECT_EQ(Definition::FromJson(form).ToJson(), form);
}

TEST_F(ImportTest, OverwriteKeepsIdsAndDropsWhatIsGone) {
  base_ =
      Import(Document(R"("/a":{)" + Proxy("get") + R"(},"/b":{)" + Proxy("get") + "}"))->definition;
  const auto overwritten = Import(Document(R"("/a":{)" + Proxy("put") + "}"));
  EXPECT_EQ(overwritten->definition.resources.size(), 2u);
  EXPECT_EQ(overwritten->definition.resources.at("/a").id, base_.resources.at("/a").id);
  EXPECT_FALSE(overwritten->definition.resources.at("/a").methods.contains("GET"));
  const auto merged = Import(Document(R"("/a":{)" + Proxy("put") + "}"), true);
  EXPECT_EQ(merged->definition.resources.size(), 3u);
  EXPECT_TRUE(merged->definition.resources.at("/a").methods.contains("GET"));
}

TEST_F(ImportTest, ReadsTheMockThatAnswersPreflights) {
  const auto api = Import(Document(
      R"("/p":{"options":{"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":)"
      R"({"application/json":"{\n  \"statusCode\" : 200\n}\n"},"responses":{"default":{)"
      R"("statusCode":"200","responseParameters":{)"
      R"("method.response.header.Access-Control-Allow-Origin":"'*'"},)"
      R"("responseTemplates":{"application/json":"{}\n"}}}},)"
      R"("responses":{"200":{"description":"d"}}}})"));
  ASSERT_TRUE(api.ok()) << api.error().message;
  const auto answer =
      AnswerMock(api->definition.resources.at("/p").methods.at("OPTIONS").integration);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.Get("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(answer->body, "{}\n");
  const json::Value form = api->definition.ToJson();
  EXPECT_EQ(Definition::FromJson(form).ToJson(), form);
}

TEST_F(ImportTest, AMockWithoutFittingResponseHasNoAnswer) {
  EXPECT_EQ(AnswerMock(Integration{}), std::nullopt);
}

TEST_F(ImportTest, RefusesWhatItCannotDo) {
  EXPECT_EQ(Refusal("{"),
            "Unable to parse API definition because of a malformed integration at "
            "path /");
  EXPECT_EQ(Refusal("{}"), "Invalid OpenAPI input.");
  EXPECT_EQ(Refusal(R"({"openapi":"3.0.1"})"), "Invalid OpenAPI input. paths is missing.");
  EXPECT_EQ(Refusal(Document(R"("/a b":{})")),
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and "
            "curly braces at the beginning and the end.");
  EXPECT_EQ(Refusal(Document(R"("/{p+}/x":{})")),
            "Cannot create a child of a resource with a greedy path variable.");
  EXPECT_EQ(Refusal(Document(R"("/a":{"get":{}})")),
            "A method without integration (/a) is not supported by Lifeboat (docs/compatibility.md "
            "lists what is)");
  EXPECT_EQ(
      Refusal(Document(R"("/a":{"get":{"security":[{"key":[]}]}})")),
      "security of a method is not supported by Lifeboat (docs/compatibility.md lists what is)");
  EXPECT_EQ(Refusal(Document("", R"(,"x-amazon-apigateway-policy":{})")),
            "x-amazon-apigateway-policy is not supported by Lifeboat (docs/compatibility.md lists "
            "what is)");
  EXPECT_EQ(Refusal(Document(R"("/a":{)" + Proxy("get", R"(,"timeoutInMillis":30000)") + "}")),
            "Timeout should be between 50 ms and 29000 ms");
  EXPECT_EQ(Refusal(Document(R"("/a":{"get":{"x-amazon-apigateway-integration":{"type":)"
                             R"("aws_proxy","uri":"arn:aws:apigateway:r:lambda:nope"}}})")),
            "AWS ARN for integration must contain path or action");
  EXPECT_EQ(Refusal(Document(R"("/a":{"get":{"x-amazon-apigateway-integration":{"type":)"
                             R"("http_proxy","uri":"http://x"}}})")),
            "Integration type http_proxy is not supported by Lifeboat (docs/compatibility.md lists "
            "what is)");
  EXPECT_EQ(Refusal(Document(R"("/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock",)"
                             R"("requestTemplates":{"application/json":"#if $a"}}}})")),
            "The mapping template language is not supported by Lifeboat (docs/compatibility.md "
            "lists what is)");
}

}  // namespace
}  // namespace lifeboat::apigateway
