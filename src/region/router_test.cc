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
  request.headers.Add("Host", "127.0.11.1:8080");
  EXPECT_EQ(ServiceOf(request, "us-east-1"), std::nullopt);
  request.headers.Add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/lambda/aws4_request, "
                      "SignedHeaders=host, Signature=0");
  EXPECT_EQ(ServiceOf(request, "us-east-1"), Service::kLambda);
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
