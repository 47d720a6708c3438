// What faults do, asked of the table.
#include "fault/effects.h"

#include <gtest/gtest.h>

namespace lifeboat::fault {
namespace {

class EffectsTest : public ::testing::Test {
 protected:
  void Put(const char* kind, std::vector<Written> written) {
    auto fault = Make(kind, written);
    ASSERT_TRUE(fault.ok()) << fault.error().message;
    fault->id = std::to_string(next_++);
    table_.Inject(*std::move(fault));
  }
  Trouble Of(std::string_view service, std::string_view function = "f",
             std::string_view region = "a") {
    return TroubleOf(table_, region, service, function, prng_);
  }

  Table table_;
  Prng prng_{7};
  int next_ = 0;
};

TEST_F(EffectsTest, TroubleIsOfItsRegionServiceAndFunction) {
  EXPECT_TRUE(Of("apigateway").none());
  Put("api-error", {{"region", "a"}, {"status", "503"}, {"when", "after"}});
  Put("throttle", {{"region", "a"}, {"service", "lambda"}, {"function", "f"}});
  EXPECT_EQ(Of("apigateway").status, 503);
  EXPECT_TRUE(Of("apigateway").after);
  EXPECT_FALSE(Of("apigateway").throttled);
  EXPECT_TRUE(Of("lambda").throttled);
  EXPECT_TRUE(Of("lambda", "g").none());
  EXPECT_TRUE(Of("apigateway", "f", "b").none());
}

TEST_F(EffectsTest, ASharePicksThatMany) {
  Put("api-error", {{"region", "a"}, {"share", "25%"}});
  int failed = 0;
  for (int i = 0; i < 4'000; ++i) failed += Of("apigateway").status != 0 ? 1 : 0;
  EXPECT_GT(failed, 900);  // Five standard deviations around 1,000 are 863 to 1,137.
  EXPECT_LT(failed, 1'100);
}

TEST_F(EffectsTest, DelaysLieAroundTheirMedianAndBelowTheirGreatest) {
  Put("slow", {{"region", "a"}, {"service", "lambda"}, {"p50", "100ms"}, {"max", "2s"}});
  int above = 0;
  Duration most;
  for (int i = 0; i < 2'000; ++i) {
    const Duration delay = Of("lambda").delay;
    ASSERT_GE(delay, Duration::Millis(50));
    ASSERT_LE(delay, Duration::Seconds(2));
    above += delay > Duration::Millis(100) ? 1 : 0;
    most = std::max(most, delay);
  }
  EXPECT_GT(above, 850);
  EXPECT_LT(above, 1'150);
  EXPECT_GT(most, Duration::Seconds(1));
  Put("slow", {{"region", "a"}, {"p50", "300ms"}});
  EXPECT_EQ(Of("apigateway").delay, Duration::Millis(300));
}

TEST_F(EffectsTest, ALinkIsSlowInItsDirection) {
  Put("slow", {{"link", "a:b"}, {"p50", "300ms"}});
  EXPECT_EQ(DelayOnLink(table_, "a", "b", prng_), Duration::Millis(300));
  EXPECT_EQ(DelayOnLink(table_, "b", "a", prng_), Duration());
  EXPECT_TRUE(Of("apigateway").none());
  EXPECT_FALSE(table_.Get("a", "b").paused);
}

TEST_F(EffectsTest, ARegionsSlowServiceLeavesItsLinksAlone) {
  Put("slow", {{"region", "a"}, {"p50", "300ms"}});
  EXPECT_EQ(DelayOnLink(table_, "a", "b", prng_), Duration());
}

TEST_F(EffectsTest, CutFunctionsNamesControlPlaneAndClocks) {
  Put("cut", {{"region", "a"}, {"service", "dynamodb"}});
  EXPECT_TRUE(FunctionsCutFrom(table_, "a", "dynamodb"));
  EXPECT_FALSE(FunctionsCutFrom(table_, "a", "s3"));
  EXPECT_FALSE(FunctionsCutFrom(table_, "b", "dynamodb"));
  EXPECT_FALSE(table_.Get("a", "b").cut);
  Put("cut", {{"region", "b"}, {"service", "all"}});
  EXPECT_TRUE(FunctionsCutFrom(table_, "b", "s3"));
  Put("name-empty", {{"region", "a"}, {"service", "dynamodb"}});
  EXPECT_TRUE(NameIsEmpty(table_, "a", "dynamodb"));
  EXPECT_FALSE(NameIsEmpty(table_, "b", "dynamodb"));
  EXPECT_FALSE(NameIsEmpty(table_, "a", "lambda"));
  Put("control-plane", {{"region", "b"}});
  EXPECT_TRUE(ControlPlaneFails(table_, "b"));
  EXPECT_FALSE(ControlPlaneFails(table_, "a"));
  Put("clock-skew", {{"region", "a"}, {"by", "-90s"}});
  EXPECT_EQ(SkewOf(table_, "a").ns, -Duration::Seconds(90).ns);
  EXPECT_EQ(SkewOf(table_, "b"), Duration());
}

TEST_F(EffectsTest, ChecksAreNamedByIdOrEndpoint) {
  Put("health-invert", {{"check", "use1.example.com"}});
  EXPECT_TRUE(IsInverted(table_, "id-1", "use1.example.com"));
  EXPECT_FALSE(IsInverted(table_, "id-2", "usw2.example.com"));
  EXPECT_FALSE(IsInverted(table_, "id-3", ""));
  Put("checker-blind", {{"check", "id-2"}, {"checkers", "5"}});
  EXPECT_EQ(BlindCheckers(table_, "id-2", ""), 5);
  EXPECT_EQ(BlindCheckers(table_, "id-1", "use1.example.com"), 0);
}

}  // namespace
}  // namespace lifeboat::fault
