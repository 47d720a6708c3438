// Who is let in to the control API, as a table of requests.
#include "world/control_guard.h"

#include <gtest/gtest.h>

#include "json/value.h"

namespace lifeboat::world {
namespace {

constexpr std::string_view kToken = "5f0c";

struct Sent {
  std::string method = "GET";
  std::string host = "127.0.0.1:4566";
  std::string origin = {};         ///< Empty: none.
  std::string authorization = {};  ///< Empty: none.
};

http::Request Make(const Sent& sent) {
  http::Request request;
  request.method = sent.method;
  request.target = "/_lifeboat/down";
  if (!sent.host.empty()) request.headers.Add("Host", sent.host);
  if (!sent.origin.empty()) request.headers.Add("Origin", sent.origin);
  if (!sent.authorization.empty()) request.headers.Add("Authorization", sent.authorization);
  return request;
}

/// 200: let in.
int StatusFor(const Sent& sent) {
  const Config config = *MakeConfig({"us-east-1"});
  const auto refusal = RefuseControl(config, kToken, Make(sent));
  if (!refusal) return 200;
  const auto body = json::Parse(refusal->body);
  EXPECT_TRUE(body.ok() && !body->GetString("message").empty()) << refusal->body;
  EXPECT_EQ(refusal->body.find(kToken), std::string::npos);
  return refusal->status;
}

TEST(ControlGuardTest, ReadingNeedsTheRightNameOnly) {
  for (const char* host : {"127.0.0.1:4566", "localhost:4566", "LOCALHOST", "[::1]:4566",
                           "127.3.2.1", "127.0.0.1:9999"}) {
    EXPECT_EQ(StatusFor({.host = host}), 200) << host;
  }
  for (const char* host :
       {"evil.example.com", "evil.example.com:4566", "127.0.0.1.evil.example.com", "10.0.0.1",
        "localhost.evil.example.com", "x@127.0.0.1", "127.1", "0.0.0.0", ""}) {
    EXPECT_EQ(StatusFor({.host = host}), 403) << host;
  }
}

TEST(ControlGuardTest, PagesOfOtherSitesAreRefusedAlsoWithTheToken) {
  for (const char* origin :
       {"http://evil.example.com", "null", "http://127.0.0.1:3000", "https://127.0.0.1:4566",
        "http://127.0.0.1:4566.evil.example.com", "http://localhost:4566"}) {
    for (const char* method : {"GET", "POST"}) {
      EXPECT_EQ(StatusFor({.method = method, .origin = origin, .authorization = "Bearer 5f0c"}),
                403)
          << origin;
    }
  }
  EXPECT_EQ(StatusFor({.origin = "http://127.0.0.1:4566"}), 200);
}

TEST(ControlGuardTest, WhatChangesSomethingNeedsTheToken) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"}) {
    for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer 5f0", "Bearer 5f0c5f0c", "5f0c",
                              "Basic 5f0c", "Bearer 5F0C"}) {
      EXPECT_EQ(StatusFor({.method = method, .authorization = wrong}), 401) << method << wrong;
    }
    EXPECT_EQ(StatusFor({.method = method, .authorization = "Bearer 5f0c"}), 200) << method;
    EXPECT_EQ(StatusFor({.method = method, .authorization = "bearer 5f0c "}), 200) << method;
  }
  // A world that has drawn no token obeys nobody.
  const Config config = *MakeConfig({"us-east-1"});
  EXPECT_TRUE(RefuseControl(config, "", Make({.method = "POST", .authorization = "Bearer "})));
}

TEST(ControlGuardTest, WhatIsRefusedDoesNotReachTheHandler) {
  const Config config = *MakeConfig({"us-east-1"});
  int handled = 0;
  const ControlHandler guarded =
      Guarded(config, std::string(kToken), [&](http::Request, http::Reply reply) {
        ++handled;
        reply({});
      });
  std::vector<int> answers;
  for (const Sent& sent : {Sent{.method = "POST"}, Sent{.host = "evil.example.com"}, Sent{},
                           Sent{.method = "POST", .authorization = "Bearer 5f0c"}}) {
    guarded(Make(sent), [&](const http::Response& answer) { answers.push_back(answer.status); });
  }
  EXPECT_EQ(answers, (std::vector<int>{401, 403, 200, 200}));
  EXPECT_EQ(handled, 2);
}

}  // namespace
}  // namespace lifeboat::world
