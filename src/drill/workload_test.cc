#include "drill/workload.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::drill {
namespace {

WorkloadSpec Spec(int create, int update, int deletes) {
  WorkloadSpec spec;
  spec.create_percent = create;
  spec.update_percent = update;
  spec.delete_percent = deletes;
  return spec;
}

TEST(Pace, IsEvenAndGoesRoundTheCohorts) {
  Pace pace(20, 3);
  std::vector<size_t> cohorts;
  for (int i = 0; i < 4; ++i, pace.Advance()) {
    EXPECT_EQ(pace.due(), Duration::Millis(50 * i));
    cohorts.push_back(pace.cohort());
  }
  EXPECT_EQ(cohorts, (std::vector<size_t>{0, 1, 2, 0}));
}

TEST(Workload, NumbersTheWritesOfAKey) {
  Workload workload(Spec(50, 50, 0), 1, "drill-r-1-", 1);
  const PlannedRequest create = workload.NextCreate(0);
  EXPECT_EQ(create.key, "drill-r-1-1");
  EXPECT_EQ(create.seq, 1);
  workload.OnWriteEnd(create, Outcome::kAcknowledged, 201);
  for (int i = 0; i < 50; ++i) {
    const PlannedRequest write = workload.NextWrite(0);
    if (write.op == Op::kUpdate && write.key == create.key) {
      EXPECT_EQ(write.seq, 2);
      return;
    }
    workload.OnWriteEnd(write, Outcome::kFailed, 0);
  }
  FAIL() << "no update came";
}

TEST(Workload, KeysAreUsedOnlyWhileTheyMayBeThere) {
  struct Case {
    Op op;
    Outcome outcome;
    int status;
    bool live;
  };
  const std::vector<Case> cases = {
      {Op::kUpdate, Outcome::kAcknowledged, 200, true},
      {Op::kUpdate, Outcome::kUnknown, 504, true},
      {Op::kUpdate, Outcome::kFailed, 0, true},
      {Op::kUpdate, Outcome::kFailed, 404, false},
      {Op::kDelete, Outcome::kAcknowledged, 204, false},
      {Op::kDelete, Outcome::kUnknown, 0, false},
      {Op::kDelete, Outcome::kFailed, 0, true},
      {Op::kDelete, Outcome::kFailed, 404, false},
  };
  for (const Case& c : cases) {
    const bool update = c.op == Op::kUpdate;
    Workload workload(Spec(1, update ? 99 : 0, update ? 0 : 99), 1, "k", 1);
    workload.OnWriteEnd(workload.NextCreate(0), Outcome::kAcknowledged, 201);
    PlannedRequest write = workload.NextWrite(0);
    while (write.op == Op::kCreate) {
      workload.OnWriteEnd(write, Outcome::kFailed, 0);
      write = workload.NextWrite(0);
    }
    workload.OnWriteEnd(write, c.outcome, c.status);
    EXPECT_EQ(workload.live_keys(0), c.live ? 1u : 0u)
        << ToString(c.op) << " " << ToString(c.outcome) << " " << c.status;
  }
  // A create that failed, or may have happened, leaves a key that is only audited.
  Workload workload(Spec(100, 0, 0), 1, "k", 1);
  workload.OnWriteEnd(workload.NextCreate(0), Outcome::kUnknown, 0);
  EXPECT_EQ(workload.live_keys(0), 0u);
  EXPECT_EQ(workload.keys().size(), 1u);
  EXPECT_FALSE(workload.NextRead(0).has_value());
}

TEST(Workload, AnUpdateTakesTheKeyWithTheFewestWritesAndOfThoseTheOldest) {
  Workload workload(Spec(1, 99, 0), 1, "k", 7);
  for (int i = 0; i < 3; ++i)
    workload.OnWriteEnd(workload.NextCreate(0), Outcome::kAcknowledged, 201);
  std::vector<std::string> order;
  while (order.size() < 6) {
    const PlannedRequest write = workload.NextWrite(0);
    const bool update = write.op == Op::kUpdate;
    workload.OnWriteEnd(write, update ? Outcome::kAcknowledged : Outcome::kFailed, 200);
    if (update) order.push_back(write.key);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"k1", "k2", "k3", "k1", "k2", "k3"}));
}

RC_GTEST_PROP(WorkloadProperty, NeverTwoWritesInFlightForAKeyAndTheMixHolds, ()) {
  const uint64_t seed = *rc::gen::arbitrary<uint64_t>();
  Workload workload(Spec(60, 30, 10), 3, "k", seed);
  std::vector<PlannedRequest> flying;
  std::set<std::string> busy;
  std::map<std::string, int64_t> last;
  const int steps = *rc::gen::inRange(1, 400);
  for (int i = 0; i < steps; ++i) {
    if (i == steps / 2) workload.ProvokeConflicts();
    if (!flying.empty() && *rc::gen::inRange(0, 3) == 0) {
      const PlannedRequest done = flying.back();
      flying.pop_back();
      busy.erase(done.key);
      const Outcome outcome = static_cast<Outcome>(*rc::gen::inRange(0, 3));
      workload.OnWriteEnd(done, outcome, *rc::gen::element(0, 200, 404, 500));
    } else {
      const PlannedRequest write = workload.NextWrite(static_cast<size_t>(i) % 3);
      RC_ASSERT(write.cohort == static_cast<size_t>(i) % 3);
      RC_ASSERT(busy.insert(write.key).second);
      RC_ASSERT(write.seq == last[write.key] + 1);
      RC_ASSERT((write.op == Op::kCreate) == (write.seq == 1));
      last[write.key] = write.seq;
      flying.push_back(write);
    }
    if (const auto read = workload.NextRead(static_cast<size_t>(i) % 3))
      RC_ASSERT(last.contains(read->key));
  }
}

TEST(Workload, TheSameSeedIsTheSameRun) {
  const auto run = [](uint64_t seed) {
    Workload workload(Spec(60, 30, 10), 2, "k", seed);
    std::string all;
    for (int i = 0; i < 200; ++i) {
      const PlannedRequest write = workload.NextWrite(static_cast<size_t>(i) % 2);
      workload.OnWriteEnd(write, Outcome::kAcknowledged, 200);
      all += fmt::format("{} {} {};", ToString(write.op), write.key, write.seq);
    }
    return all;
  };
  EXPECT_EQ(run(5), run(5));
  EXPECT_NE(run(5), run(6));
}

}  // namespace
}  // namespace lifeboat::drill
