// The pool as a table of events: each test says what happens and which actions must follow.
#include "lambda/environment_pool.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

std::string Describe(const Action& action) {
  if (const auto* start = std::get_if<StartEnvironment>(&action)) {
    return fmt::format("start {}", start->id);
  }
  if (const auto* kill = std::get_if<KillEnvironment>(&action)) {
    return fmt::format("kill {}", kill->id);
  }
  if (const auto* deliver = std::get_if<DeliverInvocation>(&action)) {
    return fmt::format("deliver {} {}", deliver->id, deliver->request_id);
  }
  const auto& finish = std::get<FinishInvocation>(action);
  constexpr const char* kKinds[] = {"response", "error", "too-large", "timeout", "exit", "removed"};
  return fmt::format("finish {} {}", finish.request_id,
                     kKinds[static_cast<int>(finish.outcome.kind)]);
}

class EnvironmentPoolTest : public testing::Test {
 protected:
  using Verdict = EnvironmentPool::Verdict;
  using List = std::vector<std::string>;

  List Take() {
    List list;
    for (const Action& action : actions_) list.push_back(Describe(action));
    last_ = std::move(actions_);
    actions_.clear();
    return list;
  }
  List Invoke(const std::string& id) {
    EXPECT_TRUE(pool_.OnInvocation(id, now_, actions_));
    return Take();
  }
  List Next(EnvironmentId id) {
    EXPECT_EQ(pool_.OnNext(id, now_, actions_), Verdict::kAccepted);
    return Take();
  }
  List Respond(EnvironmentId id, const std::string& request_id) {
    EXPECT_EQ(
        pool_.OnResult(id, request_id, Outcome{Outcome::Kind::kResponse, "x"}, now_, actions_),
        Verdict::kAccepted);
    return Take();
  }
  List Exit(EnvironmentId id) {
    pool_.OnExit(id, {false, 1}, now_, actions_);
    return Take();
  }
  List TickAfter(Duration d) {
    now_ = now_ + d;
    pool_.OnTick(now_, actions_);
    return Take();
  }

  Instant now_{1};
  EnvironmentId ids_ = 1;
  EnvironmentPool pool_{{Duration::Seconds(3), 2}, ids_};
  Actions actions_;
  Actions last_;
};

TEST_F(EnvironmentPoolTest, StartsAnEnvironmentAndUsesItAgain) {
  EXPECT_EQ(Invoke("a"), List{"start 1"});
  EXPECT_EQ(Next(1), List{"deliver 1 a"});
  EXPECT_EQ(Respond(1, "a"), List{"finish a response"});
  EXPECT_EQ(Next(1), List{});
  EXPECT_EQ(Invoke("b"), List{"deliver 1 b"});
  EXPECT_EQ(Respond(1, "b"), List{"finish b response"});
}

TEST_F(EnvironmentPoolTest, ReportsTheInitDurationOnce) {
  Invoke("a");
  now_ = now_ + Duration::Millis(20);
  Next(1);
  now_ = now_ + Duration::Millis(5);
  Respond(1, "a");
  const Outcome& first = std::get<FinishInvocation>(last_[0]).outcome;
  EXPECT_EQ(first.init_duration, Duration::Millis(20));
  EXPECT_EQ(first.duration, Duration::Millis(5));
  Next(1);
  Invoke("b");
  Respond(1, "b");
  EXPECT_EQ(std::get<FinishInvocation>(last_[0]).outcome.init_duration, std::nullopt);
}

TEST_F(EnvironmentPoolTest, AWaitingInvocationTakesWhateverBecomesFreeFirst) {
  Invoke("a");
  Next(1);
  EXPECT_EQ(Invoke("b"), List{"start 2"});
  Respond(1, "a");
  EXPECT_EQ(Next(1), List{"deliver 1 b"});
  EXPECT_EQ(Next(2), List{});  // Idle from the start.
}

TEST_F(EnvironmentPoolTest, RefusesMoreThanTheLimit) {
  Invoke("a");
  Invoke("b");
  EXPECT_FALSE(pool_.OnInvocation("c", now_, actions_));
  EXPECT_EQ(Take(), List{});
  EXPECT_EQ(pool_.concurrency(), 2u);
}

TEST_F(EnvironmentPoolTest, ATimeoutIsAnsweredAndTheProcessKilled) {
  Invoke("a");
  Next(1);
  EXPECT_EQ(TickAfter(Duration::Millis(2999)), List{});
  EXPECT_EQ(TickAfter(Duration::Millis(1)), (List{"finish a timeout", "kill 1"}));
  EXPECT_EQ(std::get<FinishInvocation>(last_[0]).outcome.timeout, Duration::Seconds(3));
  // A late answer of the dying process finds nobody.
  EXPECT_EQ(pool_.OnResult(1, "a", {}, now_, actions_), Verdict::kWrongState);
  EXPECT_EQ(Invoke("b"), List{"start 2"});
  EXPECT_EQ(Exit(1), List{});
}

TEST_F(EnvironmentPoolTest, ACrashIsAnsweredAndTheNextStartsAnew) {
  Invoke("a");
  Next(1);
  EXPECT_EQ(Exit(1), List{"finish a exit"});
  EXPECT_EQ(Invoke("b"), List{"start 2"});
}

TEST_F(EnvironmentPoolTest, AFailedInitRunsOnceMoreWithTheFunctionsTimeout) {
  Invoke("a");
  EXPECT_EQ(Exit(1), List{"start 2"});
  EXPECT_EQ(TickAfter(Duration::Seconds(3)), (List{"kill 2", "finish a timeout"}));
  EXPECT_TRUE(pool_.concurrency() == 0);
}

TEST_F(EnvironmentPoolTest, InitHasTenSeconds) {
  Invoke("a");
  EXPECT_EQ(TickAfter(Duration::Seconds(9)), List{});
  EXPECT_EQ(TickAfter(Duration::Seconds(1)), (List{"kill 1", "start 2"}));
  EXPECT_EQ(Next(2), List{"deliver 2 a"});
}

TEST_F(EnvironmentPoolTest, AnInitErrorIsToldAfterTheSecondTry) {
  Invoke("a");
  EXPECT_EQ(pool_.OnInitError(1, "e1", now_, actions_), Verdict::kAccepted);
  EXPECT_EQ(Take(), (List{"kill 1", "start 2"}));
  EXPECT_EQ(pool_.OnInitError(2, "e2", now_, actions_), Verdict::kAccepted);
  EXPECT_EQ(Take(), (List{"kill 2", "finish a error"}));
  EXPECT_EQ(std::get<FinishInvocation>(last_[1]).outcome.payload, "e2");
}

TEST_F(EnvironmentPoolTest, AfterAFailedInitTheOthersGetTheirOwnTries) {
  Invoke("a");
  Invoke("b");
  EXPECT_EQ(Exit(1), List{"start 3"});
  EXPECT_EQ(Exit(3), (List{"finish a exit"}));  // 2 is still starting, for b.
  EXPECT_EQ(Exit(2), List{"start 4"});
  EXPECT_EQ(Exit(4), List{"finish b exit"});
}

TEST_F(EnvironmentPoolTest, RefusesWrongRuntimeRequests) {
  Invoke("a");
  EXPECT_EQ(pool_.OnResult(1, "a", {}, now_, actions_), Verdict::kUnknownRequest);
  Next(1);
  EXPECT_EQ(pool_.OnNext(1, now_, actions_), Verdict::kWrongState);
  EXPECT_EQ(pool_.OnInitError(1, "", now_, actions_), Verdict::kWrongState);
  EXPECT_EQ(pool_.OnResult(1, "other", {}, now_, actions_), Verdict::kUnknownRequest);
  Respond(1, "a");
  EXPECT_EQ(pool_.OnResult(1, "a", {}, now_, actions_), Verdict::kWrongState);
  EXPECT_EQ(pool_.OnNext(77, now_, actions_), Verdict::kWrongState);
}

TEST_F(EnvironmentPoolTest, IdleEnvironmentsAreEndedAndSilentOnesToo) {
  Invoke("a");
  Next(1);
  Respond(1, "a");
  EXPECT_EQ(TickAfter(Duration::Seconds(3)), List{"kill 1"});  // Never asked for the next.
  Exit(1);
  Invoke("b");
  Next(2);
  Respond(2, "b");
  Next(2);
  EXPECT_EQ(pool_.NextDeadline(), now_ + kIdleEnvironmentLife);
  EXPECT_EQ(TickAfter(kIdleEnvironmentLife), List{"kill 2"});
  Exit(2);
  EXPECT_TRUE(pool_.empty());
  EXPECT_EQ(pool_.NextDeadline(), std::nullopt);
}

TEST_F(EnvironmentPoolTest, ANewRevisionLetsTheOldOneFinish) {
  Invoke("a");
  Next(1);
  Invoke("b");
  pool_.Renew({Duration::Seconds(9), 2}, now_, actions_);
  EXPECT_EQ(Take(), (List{"kill 2", "start 3"}));
  EXPECT_EQ(Respond(1, "a"), List{"finish a response"});
  EXPECT_EQ(Next(1), List{"kill 1"});
  EXPECT_EQ(Next(3), List{"deliver 3 b"});
}

TEST_F(EnvironmentPoolTest, RemovalTellsThoseThatWait) {
  Invoke("a");
  Next(1);
  Invoke("b");
  pool_.Remove(actions_);
  EXPECT_EQ(Take(), (List{"finish b removed", "kill 2"}));
  EXPECT_EQ(Respond(1, "a"), List{"finish a response"});
  EXPECT_EQ(Next(1), List{"kill 1"});
  Exit(1);
  Exit(2);
  EXPECT_TRUE(pool_.empty());
}

/// Any order of events: each accepted invocation is finished exactly once, and no environment is
/// given two invocations at once or one after it was killed.
RC_GTEST_PROP(EnvironmentPoolProperty, EveryInvocationEndsOnce, ()) {
  EnvironmentId ids = 1;
  EnvironmentPool pool({Duration::Seconds(3), 4}, ids);
  Instant now{1};
  std::set<std::string> open;
  std::map<EnvironmentId, std::string> alive;  // Environment to its invocation.
  std::set<EnvironmentId> dying;
  const auto apply = [&](Actions actions) {
    for (const Action& action : actions) {
      if (const auto* start = std::get_if<StartEnvironment>(&action)) {
        alive[start->id];
      } else if (const auto* kill = std::get_if<KillEnvironment>(&action)) {
        RC_ASSERT(alive.erase(kill->id) == 1);
        dying.insert(kill->id);
      } else if (const auto* deliver = std::get_if<DeliverInvocation>(&action)) {
        RC_ASSERT(alive.at(deliver->id).empty());
        alive[deliver->id] = deliver->request_id;
      } else {
        const auto& finish = std::get<FinishInvocation>(action);
        RC_ASSERT(open.erase(finish.request_id) == 1);
      }
    }
  };
  const int steps = *rc::gen::inRange(1, 200);
  for (int i = 0; i < steps; ++i) {
    Actions actions;
    const int what = *rc::gen::inRange(0, 6);
    const EnvironmentId id = *rc::gen::inRange<EnvironmentId>(1, ids + 1);
    if (what == 0) {
      const std::string request = fmt::format("r{}", i);
      if (pool.OnInvocation(request, now, actions)) open.insert(request);
    } else if (what == 1) {
      if (pool.OnNext(id, now, actions) == EnvironmentPool::Verdict::kAccepted && alive.count(id)) {
        alive[id].clear();
      }
    } else if (what == 2 && alive.count(id)) {
      (void)pool.OnResult(id, alive[id], {}, now, actions);
    } else if (what == 3 && (alive.count(id) || dying.count(id))) {
      alive.erase(id);
      dying.erase(id);
      pool.OnExit(id, {false, 1}, now, actions);
    } else if (what == 4) {
      (void)pool.OnInitError(id, "", now, actions);
    } else if (what == 5) {
      now = now + Duration::Millis(*rc::gen::inRange(0, 4000));
      pool.OnTick(now, actions);
    }
    apply(std::move(actions));
    RC_ASSERT(pool.concurrency() == open.size());
    RC_ASSERT(alive.size() <= 4u);
  }
  for (int i = 0; i < 1000 && !open.empty(); ++i) {  // Time alone ends everything.
    Actions actions;
    now = now + Duration::Seconds(1);
    pool.OnTick(now, actions);
    apply(std::move(actions));
  }
  RC_ASSERT(open.empty());
}

}  // namespace
}  // namespace lifeboat::lambda
