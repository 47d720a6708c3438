// Who may invoke: patterns of ARNs as API Gateway's permissions have them.
#include "lambda/policy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "lambda/function_name.h"

namespace lifeboat::lambda {
namespace {

TEST(PolicyTest, PatternsMatchWholeTexts) {
  EXPECT_TRUE(MatchesPattern("a*/GET/p/*", "abc/Prod/GET/p/1"));
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("a?c", "abc"));
  EXPECT_FALSE(MatchesPattern("a?c", "ac"));
  EXPECT_FALSE(MatchesPattern("a*b", "abc"));
  EXPECT_FALSE(MatchesPattern("", "a"));
}

RC_GTEST_PROP(PolicyProperty, StarsStandForAnything, (std::string a, std::string b)) {
  RC_PRE(a.find_first_of("*?") == std::string::npos);
  RC_ASSERT(MatchesPattern(a + "*", a + b));
  RC_ASSERT(MatchesPattern("*" + a, b + a));
  RC_ASSERT(MatchesPattern(a, a));
}

TEST(PolicyTest, PrincipalSourceAndAccountMustFit) {
  Policy policy;
  policy.Add({"s", "lambda:InvokeFunction", "apigateway.amazonaws.com",
              "arn:aws:execute-api:r:1:api/*/GET/x", "1"});
  EXPECT_TRUE(policy.Allows("apigateway.amazonaws.com", "arn:aws:execute-api:r:1:api/Prod/GET/x"));
  EXPECT_FALSE(policy.Allows("events.amazonaws.com", "arn:aws:execute-api:r:1:api/Prod/GET/x"));
  EXPECT_FALSE(policy.Allows("apigateway.amazonaws.com", "arn:aws:execute-api:r:1:api/Prod/PUT/x"));
  EXPECT_FALSE(policy.Allows("apigateway.amazonaws.com", "arn:aws:execute-api:r:2:api/Prod/GET/x"));
  EXPECT_EQ(Policy::FromJson(policy.ToJson()).ToJson(), policy.ToJson());
}

TEST(FunctionNameTest, ReadsAllForms) {
  const Home home{"us-east-1", "000000000000"};
  EXPECT_EQ(home.Parse("f")->name, "f");
  EXPECT_EQ(home.Parse("function:f")->name, "f");
  EXPECT_EQ(home.Parse("f:$LATEST")->qualifier, "$LATEST");
  EXPECT_EQ(home.Parse(home.Arn("f") + ":live")->qualifier, "live");
  EXPECT_EQ(home.Parse("arn:aws:lambda:us-west-2:000000000000:function:f").error().code,
            "ResourceNotFoundException");
  const std::vector<std::string> bad_names = {"", "a b", "a:b:c:d", "arn:aws:lambda",
                                              std::string(65, 'a')};
  for (const std::string& bad : bad_names) {
    EXPECT_EQ(home.Parse(bad).error().code, "ValidationException") << bad;
  }
}

}  // namespace
}  // namespace lifeboat::lambda
