#include "region/absent_service.h"

#include <gtest/gtest.h>

namespace lifeboat::region {
namespace {

http::Request Signed(std::string_view service, std::string content_type = "") {
  http::Request request;
  request.headers.Add("Host", "127.0.11.1:8080");
  request.headers.Add(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{}/aws4_request,"
                  " SignedHeaders=host, Signature=0",
                  service));
  if (!content_type.empty()) request.headers.Add("Content-Type", std::move(content_type));
  return request;
}

TEST(AbsentService, IsNamedByScopeOrHost) {
  EXPECT_EQ(ServiceAskedFor(Signed("logs"), "us-east-1"), "logs");
  http::Request request;
  request.headers.Add("Host", "api.ecr.us-west-2.amazonaws.com:443");
  EXPECT_EQ(ServiceAskedFor(request, "us-west-2"), "api.ecr");
  EXPECT_EQ(ServiceAskedFor(request, "us-east-1"), std::nullopt);
  request.headers.Set("Host", "127.0.11.1");
  EXPECT_EQ(ServiceAskedFor(request, "us-east-1"), std::nullopt);
}

TEST(AbsentService, IsRefusedInTheProtocolThatWasSpoken) {
  const std::string said =
      "The service x, which is not part of this world, is not supported by Lifeboat "
      "(docs/compatibility.md lists what is)";
  const auto json = RefuseAbsentService(Signed("x", "application/x-amz-json-1.1"), "x", "id");
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(json.body, R"({"__type":"UnknownOperationException","message":")" + said + "\"}");
  const auto query = RefuseAbsentService(
      Signed("x", "application/x-www-form-urlencoded; charset=utf-8"), "x", "id");
  EXPECT_EQ(query.status, 400);
  EXPECT_NE(query.body.find("<Code>InvalidAction</Code><Message>" + said), std::string::npos)
      << query.body;
  const auto rest = RefuseAbsentService(Signed("x"), "x", "id");
  EXPECT_EQ(rest.status, 404);
  EXPECT_EQ(rest.headers.Get("x-amzn-ErrorType"), "UnknownOperationException");
  EXPECT_NE(rest.body.find(said), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::region
