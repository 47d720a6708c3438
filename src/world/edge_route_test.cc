// The edge's two ways of finding a region.
#include "world/edge_route.h"

#include <gtest/gtest.h>

namespace lifeboat::world {
namespace {

std::string NameOf(const RegionConfig* region) { return region ? region->name : ""; }

TEST(EdgeRouteTest, ByName) {
  const Config config = *MakeConfig({"us-east-1", "us-west-2"});
  const auto route = [&](std::string_view host) { return NameOf(RegionOfAwsHost(config, host)); };
  EXPECT_EQ(route("dynamodb.us-west-2.amazonaws.com"), "us-west-2");
  EXPECT_EQ(route("b.s3.us-west-2.amazonaws.com"), "us-west-2");
  EXPECT_EQ(route("x.execute-api.us-east-1.AMAZONAWS.com"), "us-east-1");
  EXPECT_EQ(route("route53.amazonaws.com"), "us-east-1");
  EXPECT_EQ(route("b.s3.amazonaws.com"), "us-east-1");
  EXPECT_EQ(route("dynamodb.eu-west-1.amazonaws.com"), "");
  EXPECT_EQ(route("api.techmoda-example.com"), "");
  EXPECT_EQ(NameOf(RegionOfAwsHost(*MakeConfig({"us-west-2"}), "iam.amazonaws.com")), "");
}

TEST(EdgeRouteTest, ByScope) {
  const Config config = *MakeConfig({"us-east-1", "us-west-2"});
  http::Request request;
  EXPECT_EQ(NameOf(RegionOfRequest(config, request)), "us-east-1");  // DynamoDB's health check.
  request.target = "/bucket";
  EXPECT_EQ(RegionOfRequest(config, request), nullptr);
  request.headers.Add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=k/20260101/us-west-2/dynamodb/aws4_request, "
                      "SignedHeaders=host, Signature=0");
  EXPECT_EQ(NameOf(RegionOfRequest(config, request)), "us-west-2");
}

}  // namespace
}  // namespace lifeboat::world
