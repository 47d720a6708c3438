#include "drill/grader/good_window.h"

#include <gtest/gtest.h>

namespace lifeboat::drill {
namespace {

constexpr int64_t kMs = 1000;
constexpr int64_t kSecond = 1'000'000;

/// 100 requests, 10 a second, all correct and quick.
std::vector<RequestPoint> Points() {
  std::vector<RequestPoint> points;
  for (int64_t i = 0; i < 100; ++i) points.push_back({i * 100 * kMs, 10 * kMs, true});
  return points;
}

WindowRule Rule() {
  WindowRule rule;
  rule.window = 10 * kSecond;
  return rule;  // Buckets of 5 s, 99 %, 95 %, p99 2 s, 100 samples.
}

bool IsGood(const WindowRule& rule, const std::vector<RequestPoint>& points, int64_t begin) {
  return JudgeWindow(rule, points, begin) == WindowVerdict::kGood;
}

TEST(GoodWindow, TooFewRequestsProveNothing) {
  std::vector<RequestPoint> points = Points();
  points.pop_back();
  EXPECT_EQ(JudgeWindow(Rule(), points, 0), WindowVerdict::kUnknown);
  points[5].correct = points[6].correct = false;
  EXPECT_EQ(JudgeWindow(Rule(), points, 0), WindowVerdict::kUnknown);
}

TEST(GoodWindow, AnswersWithoutDataAreBad) {
  std::vector<RequestPoint> points = Points();
  for (size_t i = 0; i < 5; ++i) points[i].excused = true;
  EXPECT_TRUE(IsGood(Rule(), points, 0));
  points[5].excused = true;  // 6 of 100: the standby answers, but without what it should have.
  EXPECT_FALSE(IsGood(Rule(), points, 0));
}

TEST(GoodWindow, AllOfItsConditions) {
  EXPECT_TRUE(IsGood(Rule(), Points(), 0));

  std::vector<RequestPoint> points = Points();
  points[7].correct = false;  // 99 of 100.
  EXPECT_TRUE(IsGood(Rule(), points, 0));
  points[60].correct = false;  // 98 of 100.
  EXPECT_FALSE(IsGood(Rule(), points, 0));

  points = Points();
  points.pop_back();  // 99 samples.
  EXPECT_FALSE(IsGood(Rule(), points, 0));
  WindowRule fewer = Rule();
  fewer.min_samples = 99;
  EXPECT_TRUE(IsGood(fewer, points, 0));

  points = Points();
  points[3].latency = 2 * kSecond;  // Not above 2 s.
  points[4].latency = 2 * kSecond + 1;
  EXPECT_TRUE(IsGood(Rule(), points, 0));  // The 99th of 100 is quick.
  points[5].latency = 3 * kSecond;
  EXPECT_FALSE(IsGood(Rule(), points, 0));
}

TEST(GoodWindow, NoBucketBelowItsShareAndNoneEmpty) {
  WindowRule rule = Rule();
  rule.success = 0.9;
  std::vector<RequestPoint> points = Points();
  points[0].correct = points[1].correct = false;  // 48 of 50 in the bucket: 96 %.
  EXPECT_TRUE(IsGood(rule, points, 0));
  points[2].correct = false;  // 47 of 50: 94 %, though 97 % in the window.
  EXPECT_FALSE(IsGood(rule, points, 0));

  rule.min_samples = 1;
  points = Points();
  points.resize(50);  // Nothing scheduled in the second bucket.
  EXPECT_FALSE(IsGood(rule, points, 0));
  EXPECT_FALSE(IsGood(rule, {}, 0));
}

TEST(GoodWindow, ARequestBelongsToTheTimeItWasScheduled) {
  // Scheduled inside [0, 10 s), ended long after it: counts here, and as slow, not later.
  std::vector<RequestPoint> points = Points();
  points[98].latency = points[99].latency = 30 * kSecond;
  EXPECT_FALSE(IsGood(Rule(), points, 0));
  // The end is outside: a bad request at exactly 10 s is the next window's.
  points = Points();
  points.push_back({10 * kSecond, 0, false});
  points.push_back({10 * kSecond, 0, false});
  EXPECT_TRUE(IsGood(Rule(), points, 0));
}

TEST(GoodWindow, StartsAtTheFirstWindowWithoutTheLastFailure) {
  GoodWindow window(Rule(), 0);
  for (int64_t i = 0; i < 400; ++i)  // 40 s; bad until 12 s.
    window.Add({i * 100 * kMs, 10 * kMs, i >= 120});
  window.Advance(21 * kSecond);
  EXPECT_FALSE(window.start().has_value());
  window.Advance(40 * kSecond);
  // One bad request in 100 is allowed: the window from 11.9 s has the last bad one.
  EXPECT_EQ(window.start(), 11'900 * kMs);
}

TEST(GoodWindow, ARelapseStartsAgain) {
  GoodWindow window(Rule(), 0);
  for (int64_t i = 0; i < 200; ++i) window.Add({i * 100 * kMs, 10 * kMs, true});
  window.Advance(15 * kSecond);
  EXPECT_EQ(window.start(), 0);
  for (int64_t i = 200; i < 220; ++i) window.Add({i * 100 * kMs, 10 * kMs, false});
  for (int64_t i = 220; i < 400; ++i) window.Add({i * 100 * kMs, 10 * kMs, true});
  window.Advance(25 * kSecond);
  EXPECT_FALSE(window.start().has_value());
  window.Advance(40 * kSecond);
  EXPECT_EQ(window.start(), 21'900 * kMs);
}

TEST(GoodWindow, PointsMayComeInAnyOrder) {
  GoodWindow window(Rule(), 0);
  std::vector<RequestPoint> points = Points();
  for (size_t i = points.size(); i-- > 0;) window.Add(points[i]);
  window.Advance(10 * kSecond);
  EXPECT_EQ(window.start(), 0);
}

}  // namespace
}  // namespace lifeboat::drill
