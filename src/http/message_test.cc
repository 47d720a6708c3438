// Messages as values: names without case, targets, parameters, URLs and error bodies.
#include "http/message.h"

#include <gtest/gtest.h>

#include "http/authority.h"
#include "http/aws_error.h"
#include "http/xml.h"

namespace lifeboat::http {
namespace {

TEST(HeadersTest, NamesHaveNoCase) {
  Headers h{{"Host", "a"}, {"X", "1"}, {"x", "2"}};
  EXPECT_EQ(h.Get("HOST"), "a");
  EXPECT_EQ(h.Get("x"), "1");
  h.Set("X", "3");
  EXPECT_EQ(h.Get("x"), "3");
  EXPECT_EQ(h.size(), 2u);
}

TEST(TargetTest, SplitsAndDecodes) {
  EXPECT_EQ(SplitTarget("/a?b=1").path, "/a");
  const Params p = Params::Parse("a=1&b=x%20y+z&c&=v&&a=2");
  EXPECT_EQ(p.Get("a"), "1");
  EXPECT_EQ(p.Get("b"), "x y z");
  ASSERT_NE(p.Find("c"), nullptr);
  EXPECT_EQ(p.size(), 5u);
}

TEST(UrlTest, ReadsAndRefuses) {
  const auto url = ParseUrl("https://API.example.com:8443/x?y=1#z");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "api.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/x?y=1");
  EXPECT_EQ(ParseUrl("http://h")->port, 80);
  for (const char* text :
       {"", "ftp://x", "http://", "http://h:0", "http://h:99999", "http://u@h/"}) {
    EXPECT_FALSE(ParseUrl(text).has_value()) << text;
  }
  EXPECT_EQ(HostWithoutPort("A.b:1"), "a.b");
}

TEST(AuthorityTest, NeedsHostAndPort) {
  const auto authority = ParseAuthority("API.example.com:8443");
  ASSERT_TRUE(authority.has_value());
  EXPECT_EQ(authority->host, "api.example.com");
  EXPECT_EQ(authority->port, 8443);
  EXPECT_EQ(ParseAuthority("[::1]:443")->host, "[::1]");
  for (const char* text : {"", ":", ":443", "a", "a:", "a:0", "a:65536", "a:b", "a:-1", "a:443/"}) {
    EXPECT_FALSE(ParseAuthority(text).has_value()) << text;
  }
}

TEST(AwsErrorTest, RendersEachProtocol) {
  const AwsError error{400, "ValidationException", "a \"b\" <c>", ""};
  EXPECT_EQ(RenderJsonError(error, "com.amazon.coral.validate#", "application/x-amz-json-1.0").body,
            "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"a "
            "\\\"b\\\" <c>\"}");
  EXPECT_NE(RenderQueryError(error, "urn:x", "id-1")
                .body.find("<Message>a &quot;b&quot; &lt;c&gt;</Message>"),
            std::string::npos);
  EXPECT_EQ(RenderRestJsonError(error).headers.Get("x-amzn-errortype"), "ValidationException");
}

}  // namespace
}  // namespace lifeboat::http
