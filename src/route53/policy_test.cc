// The table of the Developer Guide: which record set is chosen for each state of health.
#include "route53/policy.h"

#include <gtest/gtest.h>

#include <set>

namespace lifeboat::route53 {
namespace {

dns::Name N(std::string_view text) { return dns::Name::Parse(text).value(); }

class PolicyTest : public ::testing::Test {
 protected:
  PolicyTest() {
    zone_.id = "ZONE";
    zone_.name = N("example.com");
  }

  ResourceRecordSet& Add(std::string_view name, std::string identifier,
                         std::optional<Failover> failover, std::string check = "") {
    ResourceRecordSet set{.name = N(name), .set_identifier = std::move(identifier)};
    set.failover = failover;
    set.health_check_id = std::move(check);
    return zone_.records.insert_or_assign(KeyOf(set), set).first->second;
  }
  void PointTo(ResourceRecordSet& set, std::string_view target, bool evaluate,
               std::string zone_id = "ZONE") {
    set.alias = AliasTarget{std::move(zone_id), N(target), evaluate};
  }
  std::string Chosen(const std::set<std::string, std::less<>>& down) {
    const ResourceRecordSet* set = Choose(zone_, N("api.example.com"), dns::Type::kA,
                                          [&](std::string_view id) { return !down.contains(id); });
    return set ? set->set_identifier : "nothing";
  }

  HostedZone zone_;
};

TEST_F(PolicyTest, FailoverTable) {
  Add("api.example.com", "first", Failover::kPrimary, "p");
  Add("api.example.com", "second", Failover::kSecondary, "s");
  EXPECT_EQ(Chosen({}), "first");
  EXPECT_EQ(Chosen({"s"}), "first");
  EXPECT_EQ(Chosen({"p"}), "second");
  EXPECT_EQ(Chosen({"p", "s"}), "first");
}

TEST_F(PolicyTest, SecondaryWithoutCheckIsAlwaysHealthy) {
  Add("api.example.com", "first", Failover::kPrimary, "p");
  Add("api.example.com", "second", Failover::kSecondary);
  EXPECT_EQ(Chosen({"p"}), "second");
}

TEST_F(PolicyTest, PrimaryWithoutCheckNeverFailsOver) {
  Add("api.example.com", "first", Failover::kPrimary);
  Add("api.example.com", "second", Failover::kSecondary, "s");
  EXPECT_EQ(Chosen({"p", "s"}), "first");
}

TEST_F(PolicyTest, ALoneRecordAnswersEvenUnhealthy) {
  Add("api.example.com", "second", Failover::kSecondary, "s");
  EXPECT_EQ(Chosen({"s"}), "second");
}

TEST_F(PolicyTest, SimpleIgnoresHealth) {
  Add("api.example.com", "", std::nullopt, "x");
  EXPECT_EQ(Chosen({"x"}), "");
  zone_.records.clear();
  EXPECT_EQ(Chosen({}), "nothing");
}

TEST_F(PolicyTest, AliasToApiGatewayIsAsHealthyAsItsCheck) {
  PointTo(Add("api.example.com", "first", Failover::kPrimary, "p"),
          "d-abcdefghij.execute-api.us-east-1.amazonaws.com", true, "Z1UJRXOUMOOFQ8");
  Add("api.example.com", "second", Failover::kSecondary);
  EXPECT_EQ(Chosen({}), "first");
  EXPECT_EQ(Chosen({"p"}), "second");
}

TEST_F(PolicyTest, AliasWithEvaluateTargetHealthFollowsTheGroupBelow) {
  PointTo(Add("api.example.com", "first", Failover::kPrimary), "group.example.com", true);
  Add("api.example.com", "second", Failover::kSecondary);
  Add("group.example.com", "a", Failover::kPrimary, "a");
  Add("group.example.com", "b", Failover::kSecondary, "b");
  EXPECT_EQ(Chosen({}), "first");
  EXPECT_EQ(Chosen({"a"}), "first");
  EXPECT_EQ(Chosen({"a", "b"}), "second");
}

TEST_F(PolicyTest, AliasWithCheckAndEvaluateTargetHealthNeedsBoth) {
  PointTo(Add("api.example.com", "first", Failover::kPrimary, "p"), "group.example.com", true);
  Add("api.example.com", "second", Failover::kSecondary);
  Add("group.example.com", "a", Failover::kPrimary, "a");
  EXPECT_EQ(Chosen({}), "first");
  EXPECT_EQ(Chosen({"p"}), "second");
  EXPECT_EQ(Chosen({"a"}), "second");
}

TEST_F(PolicyTest, AliasWithoutEvaluateTargetHealthStaysInTheBranch) {
  PointTo(Add("api.example.com", "first", Failover::kPrimary), "group.example.com", false);
  Add("api.example.com", "second", Failover::kSecondary);
  Add("group.example.com", "a", Failover::kPrimary, "a");
  EXPECT_EQ(Chosen({"a"}), "first");
}

TEST_F(PolicyTest, AliasesThatFormALoopEnd) {
  PointTo(Add("api.example.com", "first", Failover::kPrimary), "api.example.com", true);
  Add("api.example.com", "second", Failover::kSecondary, "s");
  EXPECT_EQ(Chosen({"s"}), "first");
}

TEST(ModelTest, RecordsSortByReversedNameWithTrailingDot) {
  EXPECT_EQ(ReversedName(N("www.example.com")), "com.example.www.");
  EXPECT_EQ(ReversedName(N("*.example.com")), "com.example.\\052.");
}

}  // namespace
}  // namespace lifeboat::route53
