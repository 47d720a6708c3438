// Who may ask what of a region.
#include "region/peer_gate.h"

#include <optional>

#include <gtest/gtest.h>

namespace lifeboat::region {
namespace {

const auth::PeerKey kGateKey{std::string(auth::kPeerKeyBytes, 'k')};

class PeerGateTest : public testing::Test {
 protected:
  /// The status of the refusal, or 0 when the request may be handled.
  int Ask(const std::string& method, const std::string& target, const std::string& from = "",
          const auth::PeerKey& key = kGateKey) {
    call = {from, "us-west-2", session, "nonce"};
    http::Request request{method, target, {}, "body"};
    if (!from.empty()) auth::SignPeerRequest(key, call, request);
    answer.reset();
    http::Reply reply = [this](http::Response response) { answer = std::move(response); };
    const bool admitted = gate.Admit(request, reply);
    EXPECT_EQ(admitted, !answer.has_value());
    if (admitted) reply({200, {}, "content"});
    return admitted ? 0 : answer->status;
  }

  void LearnSession() {
    EXPECT_EQ(Ask("GET", "/_lifeboat/new", "us-east-1"), 409);
    EXPECT_TRUE(auth::VerifyPeerAnswer(kGateKey, call, *answer).ok());
    session = std::string(answer->headers.Get(auth::kPeerSessionHeader));
  }

  Prng prng{1};
  PeerGate gate{kGateKey, "us-west-2", {"us-east-1", "us-west-2"}, prng};
  std::string session;
  auth::PeerCall call;
  std::optional<http::Response> answer;
};

TEST_F(PeerGateTest, UnsignedAndForgedRequestsAreRefused) {
  for (const char* target :
       {"/_lifeboat/replication/pull", "/_lifeboat/replication/snapshot",
        "/_lifeboat/replication/messages", "/_lifeboat/replication/hello",
        "/_lifeboat/route53/snapshot?server=nameserver&epoch=&applied=0&wait_ms=0",
        "/_lifeboat/route53/observations", "/_lifeboat/faults", "/_lifeboat/anything-new"}) {
    for (const char* method : {"GET", "POST", "PUT"}) {
      EXPECT_EQ(Ask(method, target), 403) << method << target;
      EXPECT_NE(answer->body.find("not signed with the world's key"), std::string::npos);
      EXPECT_EQ(Ask(method, target, "us-east-1", {"another"}), 403) << method << target;
    }
  }
}

TEST_F(PeerGateTest, WhatTellsNoContentIsOpen) {
  EXPECT_EQ(Ask("GET", "/_lifeboat/status"), 0);
  EXPECT_EQ(Ask("GET", "/_lifeboat/replication/metrics"), 0);
  EXPECT_EQ(Ask("POST", "/_lifeboat/status"), 403);
  EXPECT_EQ(Ask("POST", "/"), 0) << "AWS's requests are the services' to judge";
  EXPECT_EQ(Ask("GET", "/_lifeboat"), 0);
}

TEST_F(PeerGateTest, EachPeerMayAskWhatIsItsOwn) {
  LearnSession();
  struct Case {
    const char* path;
    const char* from;
    int status;
  };
  for (const Case& each : std::initializer_list<Case>{
           {"/_lifeboat/replication/pull", "us-east-1", 0},
           {"/_lifeboat/replication/hello", "nameserver", 0},
           {"/_lifeboat/replication/pull", "supervisor", 403},
           {"/_lifeboat/replication/pull", "us-west-2", 403},  // Ourselves.
           {"/_lifeboat/replication/pull", "eu-west-1", 403},  // Not of this world.
           {"/_lifeboat/faults", "supervisor", 0},
           {"/_lifeboat/faults", "us-east-1", 403},
           {"/_lifeboat/faults", "nameserver", 403},
           {"/_lifeboat/route53/snapshot", "nameserver", 0},
           {"/_lifeboat/route53/snapshot", "us-east-1", 403},
           {"/2015-03-31/functions", "us-east-1", 0},
       }) {
    EXPECT_EQ(Ask("POST", each.path, each.from), each.status) << each.path << " " << each.from;
    EXPECT_TRUE(auth::VerifyPeerAnswer(kGateKey, call, *answer).ok()) << "refusals are signed, too";
  }
}

TEST_F(PeerGateTest, WhatWasMeantForAnEarlierProcessIsNotHandled) {
  LearnSession();
  EXPECT_EQ(Ask("POST", "/_lifeboat/replication/pull", "us-east-1"), 0);
  PeerGate restarted{kGateKey, "us-west-2", {"us-east-1", "us-west-2"}, prng};
  http::Request caught{"POST", "/_lifeboat/replication/pull", {}, "body"};
  auth::SignPeerRequest(kGateKey, call, caught);
  std::optional<http::Response> told;
  http::Reply reply = [&](http::Response response) { told = std::move(response); };
  EXPECT_FALSE(restarted.Admit(caught, reply));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->status, 409);
  EXPECT_NE(told->headers.Get(auth::kPeerSessionHeader), session);
}

}  // namespace
}  // namespace lifeboat::region
