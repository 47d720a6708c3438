// The caller's side: what it sends, what it believes, and how it learns a session.
#include "auth/peer_link.h"

#include <deque>
#include <optional>

#include <gtest/gtest.h>

namespace lifeboat::auth {
namespace {

const PeerKey kLinkKey{std::string(kPeerKeyBytes, 'k')};
constexpr Duration kLinkLimit = Duration::Seconds(1);

class PeerLinkTest : public testing::Test {
 protected:
  PeerLinkTest() {
    link.emplace(kLinkKey, "us-east-1", prng,
                 [this](const std::string& to, http::Request request, Duration timeout,
                        PeerLink::Done done) {
                   EXPECT_EQ(to, "us-west-2");
                   EXPECT_EQ(timeout, kLinkLimit);
                   sent.push_back({std::move(request), std::move(done)});
                 });
  }

  void Call() {
    outcome.reset();
    link->Call("us-west-2", {"POST", "/x", {}, "hi"}, kLinkLimit,
               [this](Result<http::Response> answer) { outcome = std::move(answer); });
  }

  /// Answers the oldest request, signed by `key`.
  PeerCall Answer(http::Response response, const PeerKey& key = kLinkKey) {
    auto [request, done] = std::move(sent.front());
    sent.pop_front();
    const auto call = VerifyPeerRequest(kLinkKey, "us-west-2", request);
    EXPECT_TRUE(call.ok());
    EXPECT_EQ(request.body, "hi");
    SignPeerAnswer(key, *call, response);
    done(std::move(response));
    return *call;
  }

  static http::Response Anew(const std::string& session) {
    return {409, {{std::string(kPeerSessionHeader), session}}, ""};
  }

  Prng prng{1};
  std::optional<PeerLink> link;
  std::deque<std::pair<http::Request, PeerLink::Done>> sent;
  std::optional<Result<http::Response>> outcome;
};

TEST_F(PeerLinkTest, LearnsTheSessionOnceAndKeepsIt) {
  Call();
  EXPECT_EQ(Answer(Anew("s1")).session, "");
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_FALSE(outcome.has_value());
  const PeerCall second = Answer({200, {}, "page"});
  EXPECT_EQ(second.session, "s1");
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ((*outcome)->body, "page");
  Call();
  const PeerCall third = Answer({204, {}, ""});
  EXPECT_EQ(third.session, "s1");
  EXPECT_NE(third.nonce, second.nonce);
  EXPECT_EQ((*outcome)->status, 204);
  EXPECT_EQ(link->refused(), 0u);
}

TEST_F(PeerLinkTest, APeerThatStartsAgainAndAgainIsGivenUp) {
  Call();
  Answer(Anew("s1"));
  Answer(Anew("s2"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(outcome->error().code, ErrorCode::kUnavailable);
}

TEST_F(PeerLinkTest, BelievesNoAnswerOfAnotherKey) {
  Call();
  Answer({200, {}, "forged"}, {"another"});
  EXPECT_EQ(outcome->error().code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(link->refused(), 1u);
  Call();
  Answer(Anew("forged"), {"another"});
  EXPECT_TRUE(sent.empty()) << "a forged session is not used";
  EXPECT_EQ(link->refused(), 2u);
}

TEST_F(PeerLinkTest, AfterAnAnswerThatWasNotBelievedAConnectionIsNotUsedAgain) {
  Call();
  EXPECT_EQ(sent.front().first.headers.Get("Connection"), "");
  Answer({200, {}, "forged"}, {"another"});
  Call();
  EXPECT_EQ(sent.front().first.headers.Get("Connection"), "close");
  Answer({200, {}, "page"});
  Call();
  EXPECT_EQ(sent.front().first.headers.Get("Connection"), "");
}

TEST_F(PeerLinkTest, FailuresPassAndTheEndIsSilent) {
  Call();
  sent.front().second(Error{ErrorCode::kUnavailable, "refused"});
  EXPECT_EQ(outcome->error().message, "refused");
  sent.clear();
  Call();
  link.reset();
  sent.front().second(Error{ErrorCode::kUnavailable, "refused"});
  EXPECT_FALSE(outcome.has_value());
}

}  // namespace
}  // namespace lifeboat::auth
