// What the signature of a peer covers: every part, tampered with one at a time.
#include "auth/peer_signature.h"

#include <functional>

#include <gtest/gtest.h>

namespace lifeboat::auth {
namespace {

const PeerKey kKey{std::string(kPeerKeyBytes, 'k')};
const PeerCall kCall{"us-east-1", "us-west-2", "session", "nonce-1"};

http::Request SignedRequest() {
  http::Request request{"POST", "/_lifeboat/replication/pull?a=b", {}, "body"};
  SignPeerRequest(kKey, kCall, request);
  return request;
}

http::Response SignedAnswer() {
  http::Response response{200, {}, "page"};
  SignPeerAnswer(kKey, kCall, response);
  return response;
}

TEST(PeerSignatureTest, TheReaderLearnsWhoCalls) {
  const auto call = VerifyPeerRequest(kKey, "us-west-2", SignedRequest());
  ASSERT_TRUE(call.ok()) << call.error().message;
  EXPECT_EQ(call->from, kCall.from);
  EXPECT_EQ(call->to, kCall.to);
  EXPECT_EQ(call->session, kCall.session);
  EXPECT_EQ(call->nonce, kCall.nonce);
}

TEST(PeerSignatureTest, EveryPartOfARequestIsCovered) {
  const auto set = [](std::string_view header, std::string value) {
    return [=](http::Request& request) { request.headers.Set(std::string(header), value); };
  };
  const auto erase = [](std::string_view header) {
    return [=](http::Request& request) { request.headers.Erase(header); };
  };
  using Tamper = std::function<void(http::Request&)>;
  const std::vector<std::pair<const char*, Tamper>> tampered = {
      {"method", [](http::Request& request) { request.method = "PUT"; }},
      {"path", [](http::Request& request) { request.target = "/_lifeboat/faults"; }},
      {"query", [](http::Request& request) { request.target += "&c=d"; }},
      {"body", [](http::Request& request) { request.body += "x"; }},
      {"no body", [](http::Request& request) { request.body.clear(); }},
      {"from", set(kPeerFromHeader, "eu-west-1")},
      {"no from", erase(kPeerFromHeader)},
      {"session", set(kPeerSessionHeader, "another")},
      {"no session", erase(kPeerSessionHeader)},
      {"nonce", set(kPeerNonceHeader, "nonce-2")},
      {"no nonce", erase(kPeerNonceHeader)},
      {"a letter that moves",
       [&](http::Request& request) {
         request.headers.Set(std::string(kPeerFromHeader), "us-east-1s");
         request.headers.Set(std::string(kPeerSessionHeader), "ession");
       }},
      {"signature", set(kPeerSignatureHeader, std::string(64, '0'))},
      {"short signature", set(kPeerSignatureHeader, "")},
      {"no signature", erase(kPeerSignatureHeader)},
  };
  for (const auto& [what, tamper] : tampered) {
    http::Request request = SignedRequest();
    tamper(request);
    EXPECT_FALSE(VerifyPeerRequest(kKey, "us-west-2", request).ok()) << what;
  }
}

TEST(PeerSignatureTest, ARequestIsForOneReaderOfOneWorld) {
  EXPECT_FALSE(VerifyPeerRequest(kKey, "eu-west-1", SignedRequest()).ok());
  const PeerKey other{std::string(kPeerKeyBytes, 'o')};
  EXPECT_FALSE(VerifyPeerRequest(other, "us-west-2", SignedRequest()).ok());
}

TEST(PeerSignatureTest, EveryPartOfAnAnswerIsCovered) {
  EXPECT_TRUE(VerifyPeerAnswer(kKey, kCall, SignedAnswer()).ok());
  using Tamper = std::function<void(http::Response&)>;
  const std::vector<std::pair<const char*, Tamper>> tampered = {
      {"status", [](http::Response& response) { response.status = 204; }},
      {"body", [](http::Response& response) { response.body = "forged"; }},
      {"session",
       [](http::Response& response) {
         response.headers.Set(std::string(kPeerSessionHeader), "forged");
       }},
      {"signature",
       [](http::Response& response) {
         response.headers.Set(std::string(kPeerSignatureHeader), "00");
       }},
      {"no signature",
       [](http::Response& response) { response.headers.Erase(kPeerSignatureHeader); }},
  };
  for (const auto& [what, tamper] : tampered) {
    http::Response response = SignedAnswer();
    tamper(response);
    EXPECT_FALSE(VerifyPeerAnswer(kKey, kCall, response).ok()) << what;
  }
}

TEST(PeerSignatureTest, AnAnswerIsForOneCall) {
  PeerCall call = kCall;
  call.nonce = "nonce-2";
  EXPECT_FALSE(VerifyPeerAnswer(kKey, call, SignedAnswer()).ok());
  call = kCall;
  call.from = "eu-west-1";
  EXPECT_FALSE(VerifyPeerAnswer(kKey, call, SignedAnswer()).ok());
  call = kCall;
  call.to = "eu-west-1";
  EXPECT_FALSE(VerifyPeerAnswer(kKey, call, SignedAnswer()).ok());
}

TEST(PeerSignatureTest, ARequestSentBackIsNoAnswer) {
  http::Response response;
  response.body = "body";
  response.headers.Set(std::string(kPeerSignatureHeader),
                       std::string(SignedRequest().headers.Get(kPeerSignatureHeader)));
  EXPECT_FALSE(VerifyPeerAnswer(kKey, kCall, response).ok());
}

}  // namespace
}  // namespace lifeboat::auth
