#include "drill/waiting.h"

#include <gtest/gtest.h>

#include <optional>

#include "drill/testing/virtual_time.h"

namespace lifeboat::drill {
namespace {

struct LastProgress final : Display {
  std::string waiting_for;
  int calls = 0;
  void Line(const std::string&) override {}
  void Progress(const std::string& what, Duration, Duration) override {
    waiting_for = what;
    ++calls;
  }
};

struct WaitingTest : testing::Test {
  VirtualTime time;
  LastProgress display;
  Waiting waiting{time.clock(), time, display};
  std::optional<bool> met;

  void Wait(std::function<bool()> until, Duration at_most) {
    waiting.Start({std::move(until), [] { return "the tide"; }, at_most},
                  [this](bool is_met) { met = is_met; });
  }
};

TEST_F(WaitingTest, WhatIsThereIsNotWaitedFor) {
  Wait([] { return true; }, Duration::Seconds(1));
  EXPECT_EQ(met, true);
  EXPECT_EQ(display.calls, 0);
}

TEST_F(WaitingTest, LooksAgainUntilItIsMet) {
  const Instant high = time.now() + Duration::Seconds(3);
  Wait([&] { return time.now() >= high; }, Duration::Seconds(10));
  EXPECT_TRUE(time.RunUntil([&] { return met.has_value(); }));
  EXPECT_EQ(met, true);
  EXPECT_EQ(time.now(), high);
  EXPECT_EQ(display.waiting_for, "the tide");
}

TEST_F(WaitingTest, EndsExactlyAtItsLimit) {
  const Instant started = time.now();
  Wait([] { return false; }, Duration::Millis(1'700));
  EXPECT_TRUE(time.RunUntil([&] { return met.has_value(); }));
  EXPECT_EQ(met, false);
  EXPECT_EQ(time.now() - started, Duration::Millis(1'700));
}

TEST_F(WaitingTest, AStoppedWaitNeverEnds) {
  Wait([] { return false; }, Duration::Seconds(1));
  waiting.Stop();
  EXPECT_FALSE(time.RunUntil([&] { return met.has_value(); }));
}

}  // namespace
}  // namespace lifeboat::drill
