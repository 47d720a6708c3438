// Routing by host and by scope, and the forms of refusals.
#include "region/router.h"

#include <gtest/gtest.h>

namespace lifeboat::region {
namespace {

TEST(RouterTest, ServiceOfHost) {
  const std::string r = "us-west-2";
  EXPECT_EQ(ServiceOfHost("dynamodb.us-west-2.amazonaws.com", r), Service::kDynamoDb);
  EXPECT_EQ(ServiceOfHost("streams.dynamodb.us-west-2.amazonaws.com", r), Service::kDynamoDb);
  EXPECT_EQ(ServiceOfHost("000000000000.ddb.us-west-2.amazonaws.com", r), Service::kDynamoDb);
  EXPECT_EQ(ServiceOfHost("my.bucket.s3.us-west-2.amazonaws.com", r), Service::kS3);
  EXPECT_EQ(ServiceOfHost("bucket.s3.amazonaws.com", r), Service::kS3);
  EXPECT_EQ(ServiceOfHost("iam.amazonaws.com", r), Service::kIam);
  EXPECT_EQ(ServiceOfHost("sts.amazonaws.com", r), Service::kSts);
  EXPECT_EQ(ServiceOfHost("dynamodb.us-east-1.amazonaws.com", r), std::nullopt);
  EXPECT_EQ(ServiceOfHost("dynamodb.amazonaws.com", r), std::nullopt);
  EXPECT_EQ(ServiceOfHost("127.0.12.1", r), std::nullopt);
}

TEST(RouterTest, FallsBackToTheScope) {
  http::Request request;
  request.target = "/2015-03-31/functions";
  request.headers.Add("Host", "127.0.11.1:8080");
  EXPECT_EQ(ServiceOf(request, "us-east-1"), std::nullopt);
  request.headers.Add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/lambda/aws4_request, "
                      "SignedHeaders=host, Signature=0");
  EXPECT_EQ(ServiceOf(request, "us-east-1"), Service::kLambda);
}

TEST(RouterTest, UnsignedRequestsForDynamoDb) {
  const auto service_of = [](std::string_view method, std::string_view target,
                             http::Headers headers) {
    return ServiceOf({std::string(method), std::string(target), std::move(headers), ""},
                     "us-east-1");
  };
  const auto dynamodb = std::optional(Service::kDynamoDb);
  EXPECT_EQ(service_of("POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.PutItem"}}), dynamodb);
  EXPECT_EQ(service_of("POST", "/x", {{"X-Amz-Target", "DynamoDBStreams_20120810.X"}}), dynamodb);
  EXPECT_EQ(service_of("GET", "/", {}), dynamodb);
  EXPECT_EQ(service_of("POST", "/", {}), dynamodb);
  EXPECT_EQ(service_of("OPTIONS", "/?a=b", {{"Origin", "x"}}), dynamodb);
  EXPECT_EQ(service_of("GET", "/bucket", {}), std::nullopt);
  EXPECT_EQ(service_of("POST", "/",
                       {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}),
            std::nullopt);
  // A scope that is not DynamoDB's is DynamoDB's to refuse when the target is its own.
  const std::string other = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request";
  EXPECT_EQ(service_of("POST", "/",
                       {{"Authorization", other}, {"X-Amz-Target", "DynamoDB_20120810.PutItem"}}),
            dynamodb);
  EXPECT_EQ(service_of("GET", "/", {{"Authorization", other}}), Service::kS3);
}

TEST(RouterTest, ControlPlanesAndDataPlanes) {
  const auto is_control = [](Service service, std::string target, std::string operation = "") {
    http::Request request{"POST", std::move(target), {}, ""};
    if (!operation.empty()) request.headers.Add("X-Amz-Target", operation);
    return IsControlPlane(service, request);
  };
  EXPECT_FALSE(is_control(Service::kDynamoDb, "/", "DynamoDB_20120810.PutItem"));
  EXPECT_FALSE(is_control(Service::kDynamoDb, "/", "DynamoDBStreams_20120810.GetRecords"));
  EXPECT_TRUE(is_control(Service::kDynamoDb, "/", "DynamoDB_20120810.UpdateTable"));
  EXPECT_FALSE(is_control(Service::kLambda, "/2015-03-31/functions/f/invocations?Qualifier=x"));
  EXPECT_TRUE(is_control(Service::kLambda, "/2015-03-31/functions/f/configuration"));
  EXPECT_TRUE(is_control(Service::kRoute53, "/2013-04-01/hostedzone"));
  EXPECT_FALSE(is_control(Service::kS3, "/bucket/key"));
}

TEST(RouterTest, ErrorsInTheProtocolOfTheService) {
  const http::AwsError wrong{400, "InvalidSignatureException", "m", ""};
  EXPECT_EQ(RenderServiceError(Service::kDynamoDb, wrong, {}, "id").body,
            R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"m"})");
  const auto s3 = RenderServiceError(Service::kS3, wrong, {}, "id");
  EXPECT_EQ(s3.status, 403);
  EXPECT_NE(s3.body.find("<Code>SignatureDoesNotMatch</Code>"), std::string::npos);
  EXPECT_EQ(RenderServiceError(Service::kLambda, wrong, {}, "id").status, 403);
}

}  // namespace
}  // namespace lifeboat::region
