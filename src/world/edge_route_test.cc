// How the edge finds a region, and what it refuses.
#include "world/edge_route.h"

#include <fmt/format.h>
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

class EdgeRefusalTest : public ::testing::Test {
 protected:
  /// `region:port`, `?name`, `control` or the status of a refusal.
  static std::string Text(const EdgeRoute& route) {
    switch (route.kind) {
      case EdgeRoute::Kind::kControl:
        return "control";
      case EdgeRoute::Kind::kRegion:
        return fmt::format("{}:{}", route.region->name, route.port);
      case EdgeRoute::Kind::kLookUp:
        return "?" + route.name;
      case EdgeRoute::Kind::kRefuse:
        EXPECT_FALSE(route.text.empty());
        return std::to_string(route.status);
    }
    return "";
  }
  std::string Connect(std::string_view host, uint16_t port = 443) {
    return Text(RouteConnect(config_, host, port));
  }
  std::string Request(std::string target) {
    request_ = {};
    request_.target = std::move(target);
    request_.headers.Set("Host", "127.0.0.1:4566");
    return Text(RouteRequest(config_, request_));
  }
  std::string Found(const Result<client::DnsAnswer>& answer, uint16_t port = 443) {
    return Text(RouteAddress(config_, "api.example.com", port, answer));
  }

  const Config config_ = *MakeConfig({"us-east-1", "us-west-2"});
  http::Request request_;
};

TEST_F(EdgeRefusalTest, NamesThatCanBeNoneAreRefused) {
  for (const std::string& host :
       {std::string(64, 'a') + ".example.com", std::string(64, 'a') + ".us-east-1.amazonaws.com",
        std::string(), std::string("a..b"), std::string("a\\"), std::string(5000, 'x')}) {
    EXPECT_EQ(Connect(host), "400") << host;
  }
  const std::string text = RouteConnect(config_, "a..\x01\xff", 443).text;
  EXPECT_NE(text.find("'a..?"
                      "?' is no host name"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("us-east-1, us-west-2"), std::string::npos) << text;
}

TEST_F(EdgeRefusalTest, OnlyTheWorldsPortsAreReached) {
  const std::string host = "dynamodb.us-west-2.amazonaws.com";
  EXPECT_EQ(Connect(host, 443), "us-west-2:8443");
  EXPECT_EQ(Connect(host, 8443), "us-west-2:8443");
  EXPECT_EQ(Connect(host, 80), "us-west-2:8080");
  EXPECT_EQ(Connect(host, 8080), "us-west-2:8080");
  for (const uint16_t port : {1, 22, 8442, 10053, 65535}) EXPECT_EQ(Connect(host, port), "403");
  EXPECT_EQ(Found(client::DnsAnswer{0, {"127.0.12.1"}, 60}, 22), "403");
}

TEST_F(EdgeRefusalTest, WhatTheNameServerDoesNotKnowIsRefused) {
  EXPECT_EQ(Connect("api.example.com"), "?api.example.com");
  EXPECT_EQ(Found(client::DnsAnswer{0, {"127.0.12.1"}, 60}), "us-west-2:8443");
  EXPECT_EQ(Found(client::DnsAnswer{0, {"127.0.99.1"}, 60}), "403");
  EXPECT_EQ(Found(client::DnsAnswer{3, {}, 0}), "403");
  EXPECT_EQ(Found(Error{ErrorCode::kCorrupt, "no answer to the question"}), "403");
  EXPECT_EQ(Found(Error{ErrorCode::kUnavailable, "no answer in time"}), "502");
  // A region that the world lacks is asked for like any foreign name, and told so.
  EXPECT_EQ(Connect("sqs.eu-west-1.amazonaws.com"), "?sqs.eu-west-1.amazonaws.com");
  const std::string text =
      RouteAddress(config_, "sqs.eu-west-1.amazonaws.com", 443, client::DnsAnswer{3, {}, 0}).text;
  EXPECT_EQ(text,
            "sqs.eu-west-1.amazonaws.com is no host of this world. This world's regions are "
            "us-east-1, us-west-2: it has AWS's names in them (dynamodb.us-east-1.amazonaws.com) "
            "and the names of its own hosted zones; see `lifeboat status`.");
}

TEST_F(EdgeRefusalTest, AbsoluteUris) {
  EXPECT_EQ(Request("/_lifeboat/status"), "control");
  EXPECT_EQ(Request("http://127.0.0.1:4566/_lifeboat/status"), "control");
  EXPECT_EQ(request_.target, "/_lifeboat/status");
  EXPECT_EQ(Request("http://dynamodb.us-west-2.amazonaws.com/x?y"), "us-west-2:8080");
  EXPECT_EQ(request_.target, "/x?y");
  EXPECT_EQ(request_.host(), "dynamodb.us-west-2.amazonaws.com");
  EXPECT_EQ(Request("http://api.example.com:8080"), "?api.example.com");
  EXPECT_EQ(request_.host(), "api.example.com:8080");
  // The name decides, not what a page made the client send to us in its own Host field.
  EXPECT_EQ(Request("http://evil.example.com/_lifeboat/down"), "?evil.example.com");
  EXPECT_EQ(Request("http://" + std::string(64, 'a') + ".example.com/"), "400");
  for (const char* target : {"https://api.example.com/", "ftp://x/", "http://", "http:///x",
                             "http://h:0/", "junk", "http://u@h/"}) {
    EXPECT_EQ(Request(target), "400") << target;
  }
}

TEST(EdgeRouteTest, EmptyNamesLeadNowhere) {
  const Config config = *MakeConfig({"us-east-1", "us-west-2"});
  const RegionConfig &east = config.regions[0], &west = config.regions[1];
  fault::Table faults;
  for (const char* service : {"dynamodb", "execute-api"}) {
    auto fault = fault::Make(
        "name-empty", std::vector<fault::Written>{{"region", "us-east-1"}, {"service", service}});
    ASSERT_TRUE(fault.ok());
    fault->id = service;
    faults.Inject(*std::move(fault));
  }
  EXPECT_TRUE(NameIsGone(faults, east, "dynamodb.us-east-1.amazonaws.com"));
  EXPECT_TRUE(NameIsGone(faults, east, "000000000000.ddb.us-east-1.amazonaws.com"));
  EXPECT_TRUE(NameIsGone(faults, east, "d-1.execute-api.us-east-1.amazonaws.com"));
  EXPECT_FALSE(NameIsGone(faults, east, "lambda.us-east-1.amazonaws.com"));
  EXPECT_FALSE(NameIsGone(faults, west, "dynamodb.us-west-2.amazonaws.com"));
  http::Request put{"POST", "/", {{"X-Amz-Target", "DynamoDB_20120810.PutItem"}}, "{}"};
  put.headers.Add("Host", "127.0.0.1:4566");
  EXPECT_TRUE(NameIsGone(faults, east, put));
  EXPECT_FALSE(NameIsGone(faults, west, put));
  EXPECT_FALSE(NameIsGone({}, east, put));
}

}  // namespace
}  // namespace lifeboat::world
