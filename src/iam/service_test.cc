// Roles through the Query protocol: life of a role, refusals, and what a restart keeps.
#include "iam/service.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "storage/memory_engine.h"

namespace lifeboat::iam {
namespace {

constexpr const char* kPolicy = R"({"Version":"2012-10-17","Statement":[]})";

class IamTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    service_ = *Service::Open({"000000000000"}, {engine_, committer_, clock_, prng_});
  }
  http::Response Call(const std::string& action, const std::map<std::string, std::string>& params) {
    http::Request request;
    request.method = "POST";
    request.body = "Action=" + action;
    for (const auto& [key, value] : params) request.body += "&" + key + "=" + PercentEncode(value);
    std::optional<http::Response> got;
    service_->Handle(request, [&](http::Response response) { got = std::move(response); });
    committer_.Flush();
    return got.value();
  }
  http::Response Create(const std::string& name) {
    return Call("CreateRole", {{"RoleName", name}, {"AssumeRolePolicyDocument", kPolicy}});
  }

  storage::MemoryEngine engine_;
  storage::ManualCommitter committer_{engine_};
  ManualClock clock_;
  Prng prng_{1};
  std::unique_ptr<Service> service_;
};

bool Contains(const http::Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

TEST_F(IamTest, ARoleLivesThroughARestart) {
  const auto created = Create("r1");
  EXPECT_EQ(created.status, 200);
  EXPECT_TRUE(Contains(created, "<Arn>arn:aws:iam::000000000000:role/r1</Arn>"));
  EXPECT_EQ(
      Call("PutRolePolicy", {{"RoleName", "r1"}, {"PolicyName", "p"}, {"PolicyDocument", kPolicy}})
          .status,
      200);
  engine_.Crash();
  Reopen();
  EXPECT_TRUE(Contains(Call("GetRole", {{"RoleName", "r1"}}), "<RoleName>r1</RoleName>"));
  EXPECT_TRUE(Contains(Call("ListRolePolicies", {{"RoleName", "r1"}}), "<member>p</member>"));
  EXPECT_TRUE(Contains(Call("ListRoles", {}), "<Roles><member><Path>/</Path><RoleName>r1<"));
}

TEST_F(IamTest, DeletingNeedsAnEmptyRole) {
  Create("r1");
  Call("AttachRolePolicy", {{"RoleName", "r1"}, {"PolicyArn", "arn:aws:iam::aws:policy/x"}});
  EXPECT_TRUE(Contains(Call("DeleteRole", {{"RoleName", "r1"}}), "<Code>DeleteConflict</Code>"));
  Call("DetachRolePolicy", {{"RoleName", "r1"}, {"PolicyArn", "arn:aws:iam::aws:policy/x"}});
  EXPECT_EQ(Call("DeleteRole", {{"RoleName", "r1"}}).status, 200);
  EXPECT_EQ(Call("GetRole", {{"RoleName", "r1"}}).status, 404);
}

TEST_F(IamTest, Refusals) {
  Create("r1");
  EXPECT_TRUE(Contains(Create("r1"), "Role with name r1 already exists."));
  EXPECT_TRUE(Contains(Create("a b"), "ValidationError"));
  EXPECT_TRUE(Contains(Call("CreateRole", {{"RoleName", "r2"}, {"AssumeRolePolicyDocument", "x"}}),
                       "MalformedPolicyDocument"));
  EXPECT_TRUE(Contains(Call("GetRolePolicy", {{"RoleName", "r1"}, {"PolicyName", "none"}}),
                       "The role policy with name none cannot be found."));
  EXPECT_TRUE(Contains(Call("CreateUser", {{"UserName", "u"}}), "<Code>InvalidAction</Code>"));
}

}  // namespace
}  // namespace lifeboat::iam
