// SigV4: AWS's published example, what Sign makes Verify takes, and each refusal.
#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/canonical.h"

namespace lifeboat::auth {
namespace {

class Keys final : public CredentialSource {
 public:
  const Credentials* Find(std::string_view id) const override {
    return id == plain.access_key_id ? &plain : id == session.access_key_id ? &session : nullptr;
  }
  Credentials plain{"test", "secret", "", "arn:aws:iam::000000000000:user/test"};
  Credentials session{"ASIAX", "secret2", "token", ""};
};

const WallTime kNow = WallTime::FromSeconds(1'800'000'000);
const Expectation kExpected{"us-east-1", "dynamodb"};

http::Request SignedRequest(const Credentials& credentials, WallTime at = kNow) {
  http::Request request;
  request.method = "POST";
  request.headers.Add("Host", "dynamodb.us-east-1.amazonaws.com:8443");
  request.headers.Add("X-Amz-Target", "DynamoDB_20120810.ListTables");
  request.headers.Add("Content-Type", "application/x-amz-json-1.0");
  request.body = "{}";
  Sign(request, credentials, "us-east-1", "dynamodb", at);
  return request;
}

std::string CodeOf(const http::Request& request, WallTime now = kNow) {
  const auto result = Verify(request, Keys(), kExpected, now);
  return result ? "" : result.error().code;
}

std::string TextOf(const http::Request& request, WallTime now = kNow) {
  const auto result = Verify(request, Keys(), kExpected, now);
  return result ? "" : result.error().message;
}

void Replace(http::Request& request, std::string_view from, std::string_view to) {
  std::string header(request.headers.Get("Authorization"));
  header.replace(header.find(from), from.size(), to);
  request.headers.Set("Authorization", header);
}

// The worked example of the IAM User Guide: GET of IAM ListUsers on 2015-08-30.
TEST(SigV4Test, PublishedExample) {
  http::Request request;
  request.target = "/?Action=ListUsers&Version=2010-05-08";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.headers.Add("Host", "iam.amazonaws.com");
  Sign(request, {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", ""}, "us-east-1",
       "iam", *ParseIso8601Basic("20150830T123600Z"));
  EXPECT_EQ(request.headers.Get("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(SigV4Test, TakesWhatSignMakes) {
  const Keys keys;
  EXPECT_EQ(CodeOf(SignedRequest(keys.plain)), "");
  EXPECT_EQ(CodeOf(SignedRequest(keys.session)), "");
  const auto who = Verify(SignedRequest(keys.plain), keys, kExpected, kNow);
  EXPECT_EQ(*who, &keys.plain);
}

TEST(SigV4Test, TakesAHostSignedWithoutItsPort) {
  http::Request request = SignedRequest(Keys().plain);
  request.headers.Set("Host", "dynamodb.us-east-1.amazonaws.com");
  Sign(request, Keys().plain, "us-east-1", "dynamodb", kNow);
  request.headers.Set("Host", "dynamodb.us-east-1.amazonaws.com:8443");
  EXPECT_EQ(CodeOf(request), "");
}

TEST(SigV4Test, PathAndQueryAreCanonical) {
  http::Request request;
  request.target = "/2015-03-31/functions/arn%3Aaws/invocations?b=2&a=x%20y&a=1";
  request.headers.Add("Host", "h");
  const CanonicalInput input{.request = request, .signed_headers = {"host"}, .payload_hash = "p"};
  EXPECT_EQ(
      CanonicalRequest(input),
      "GET\n/2015-03-31/functions/arn%253Aaws/invocations\na=1&a=x%20y&b=2\nhost:h\n\nhost\np");
}

TEST(SigV4Test, RefusesUnsignedAndHalfSigned) {
  http::Request request;
  request.headers.Add("Host", "h");
  EXPECT_EQ(CodeOf(request), "MissingAuthenticationTokenException");
  request.headers.Add("Authorization", "Basic x");
  EXPECT_EQ(CodeOf(request), "MissingAuthenticationTokenException");
  request.headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a");
  EXPECT_EQ(TextOf(request),
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization header requires existence of either a "
            "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Credential=a");
  request.target = "/?X-Amz-Algorithm=x";
  EXPECT_EQ(
      TextOf(request),
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  request.headers.Erase("Authorization");
  EXPECT_EQ(
      TextOf(request),
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters "
      "must include 'X-Amz-Signature'. AWS query-string parameters must include "
      "'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine "
      "the query-string parameters.");
}

TEST(SigV4Test, RefusesWrongScope) {
  http::Request request = SignedRequest(Keys().plain);
  Replace(request, "/us-east-1/", "/us-west-2/");
  EXPECT_EQ(TextOf(request), "Credential should be scoped to a valid region, not 'us-west-2'. ");
  request = SignedRequest(Keys().plain);
  Replace(request, "/dynamodb/", "/s3/");
  EXPECT_EQ(TextOf(request), "Credential should be scoped to correct service: 'dynamodb'. ");
  request = SignedRequest(Keys().plain);
  Replace(request, "aws4_request", "aws3_request");
  EXPECT_EQ(
      TextOf(request),
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'. ");
  request = SignedRequest(Keys().plain);
  Replace(request, "/us-east-1/", "/");
  EXPECT_EQ(CodeOf(request), "IncompleteSignatureException");
}

TEST(SigV4Test, RefusesTimesKeysAndSignatures) {
  const Keys keys;
  EXPECT_EQ(CodeOf(SignedRequest(keys.plain, kNow - Duration::Minutes(14))), "");
  EXPECT_TRUE(TextOf(SignedRequest(keys.plain, kNow - Duration::Minutes(16)))
                  .starts_with("Signature expired: 20270115T074400Z is now earlier than "
                               "20270115T074500Z (20270115T080000Z - 15 min.)"));
  EXPECT_TRUE(TextOf(SignedRequest(keys.plain, kNow + Duration::Minutes(16)))
                  .starts_with("Signature not yet current: "));
  http::Request request = SignedRequest(keys.plain);
  request.headers.Set("X-Amz-Date", "30200101T010101Z");  // WallTime does not reach as far.
  EXPECT_TRUE(TextOf(request).starts_with("Signature not yet current: 30200101T010101Z is"));
  request.headers.Set("X-Amz-Date", "yesterday");
  EXPECT_EQ(CodeOf(request), "IncompleteSignatureException");
  EXPECT_EQ(CodeOf(SignedRequest({"nobody", "secret", "", ""})), "UnrecognizedClientException");
  Credentials no_token = keys.session;
  no_token.session_token = "";
  EXPECT_EQ(CodeOf(SignedRequest(no_token)), "UnrecognizedClientException");
  EXPECT_EQ(CodeOf(SignedRequest({"test", "wrong", "", ""})), "InvalidSignatureException");
  request = SignedRequest(keys.plain);
  request.body = "{ }";
  EXPECT_TRUE(TextOf(request).starts_with("The request signature we calculated does not match"));
  request = SignedRequest(keys.plain);
  Replace(request, "host;", "");
  EXPECT_EQ(TextOf(request), "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  request = SignedRequest(keys.plain);
  Replace(request, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1");
  EXPECT_EQ(TextOf(request),
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). ");
}

TEST(SigV4Test, FindsTheScopeInHeaderAndQuery) {
  EXPECT_EQ(FindCredentialScope(SignedRequest(Keys().plain))->region, "us-east-1");
  http::Request request;
  request.target = "/?X-Amz-Credential=a%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
  EXPECT_EQ(FindCredentialScope(request)->service, "s3");
  request.target = "/";
  EXPECT_FALSE(FindCredentialScope(request).has_value());
}

}  // namespace
}  // namespace lifeboat::auth
