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

constexpr Who kFirst{0, 0};

WriteEnd Ended(Outcome outcome, int status) { return {outcome, status, "us-east-1", {}}; }

bool IsLive(const Workload& workload, size_t index) { return workload.keys()[index].live; }

TEST(Pace, IsEvenAndGoesRoundTheClients) {
  Pace pace(20, 3, 0.5);
  std::vector<size_t> clients;
  for (int i = 0; i < 4; ++i, pace.Advance()) {
    EXPECT_EQ(pace.due(), Duration::Millis(50 * i + 25));
    clients.push_back(pace.client());
  }
  EXPECT_EQ(clients, (std::vector<size_t>{0, 1, 2, 0}));
}

TEST(Workload, NumbersTheWritesOfAKey) {
  Workload workload(Spec(50, 50, 0), {1}, "drill-r-1-", 1);
  const PlannedRequest create = workload.NextCreate(kFirst);
  EXPECT_EQ(create.key, "drill-r-1-1");
  EXPECT_EQ(create.seq, 1);
  workload.OnWriteEnd(create, Ended(Outcome::kAcknowledged, 201));
  for (int i = 0; i < 50; ++i) {
    const PlannedRequest write = workload.NextWrite(kFirst);
    if (write.op == Op::kUpdate && write.key == create.key) {
      EXPECT_EQ(write.seq, 2);
      return;
    }
    workload.OnWriteEnd(write, Ended(Outcome::kFailed, 0));
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
    Workload workload(Spec(1, update ? 99 : 0, update ? 0 : 99), {1}, "k", 1);
    workload.OnWriteEnd(workload.NextCreate(kFirst), Ended(Outcome::kAcknowledged, 201));
    PlannedRequest write = workload.NextWrite(kFirst);
    while (write.op == Op::kCreate) {
      workload.OnWriteEnd(write, Ended(Outcome::kFailed, 0));
      write = workload.NextWrite(kFirst);
    }
    workload.OnWriteEnd(write, Ended(c.outcome, c.status));
    EXPECT_EQ(IsLive(workload, 0), c.live)
        << ToString(c.op) << " " << ToString(c.outcome) << " " << c.status;
  }
  // A create that failed, or may have happened, leaves a key that is only audited.
  Workload workload(Spec(100, 0, 0), {1}, "k", 1);
  workload.OnWriteEnd(workload.NextCreate(kFirst), Ended(Outcome::kUnknown, 0));
  EXPECT_FALSE(IsLive(workload, 0));
  EXPECT_EQ(workload.keys().size(), 1u);
  EXPECT_FALSE(workload.NextRead(kFirst).has_value());
}

TEST(Workload, AnUpdateTakesTheKeyWithTheFewestWritesAndOfThoseTheOldest) {
  Workload workload(Spec(1, 99, 0), {1}, "k", 7);
  for (int i = 0; i < 3; ++i)
    workload.OnWriteEnd(workload.NextCreate(kFirst), Ended(Outcome::kAcknowledged, 201));
  std::vector<std::string> order;
  while (order.size() < 6) {
    const PlannedRequest write = workload.NextWrite(kFirst);
    const bool update = write.op == Op::kUpdate;
    workload.OnWriteEnd(write, Ended(update ? Outcome::kAcknowledged : Outcome::kFailed, 200));
    if (update) order.push_back(write.key);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"k1", "k2", "k3", "k1", "k2", "k3"}));
}

TEST(Workload, FromTheFaultOnWhatTheLostRegionWroteLastIsSpared) {
  Workload workload(Spec(1, 99, 0), {1}, "k", 7);
  const auto at = [](int64_t s) { return Instant{} + Duration::Seconds(s); };
  const auto create = [&](const char* region, int64_t written) {
    workload.OnWriteEnd(workload.NextCreate(kFirst),
                        {Outcome::kAcknowledged, 201, region, at(written)});
  };
  create("us-east-1", 10);  // k1 was copied long ago.
  create("us-east-1", 20);  // k2 may be missing: a later write would hide that.
  create("us-west-2", 21);  // k3 is the survivor's own.
  workload.Protect("us-east-1", at(15));
  std::set<std::string> taken;
  for (int i = 0; i < 200; ++i) {
    const PlannedRequest write = workload.NextWrite(kFirst);
    if (write.op == Op::kUpdate) taken.insert(write.key);
    workload.OnWriteEnd(write, {write.op == Op::kUpdate ? Outcome::kAcknowledged : Outcome::kFailed,
                                200, "us-west-2", at(30 + i)});
  }
  EXPECT_EQ(taken, (std::set<std::string>{"k1", "k3"}));
  workload.ProvokeConflicts();  // The audit has ended.
  for (int i = 0; i < 200 && !taken.contains("k2"); ++i) {
    const PlannedRequest write = workload.NextWrite(kFirst);
    taken.insert(write.key);
    workload.OnWriteEnd(write, {Outcome::kFailed, 500, "us-west-2", at(300)});
  }
  EXPECT_TRUE(taken.contains("k2"));
}

TEST(Workload, SeedKeysAreReadByAllAndWrittenByNobody) {
  Workload workload(Spec(1, 99, 0), {2, 2}, "k", 7);
  EXPECT_FALSE(workload.NextRead({1, 1}).has_value());
  workload.OnWriteEnd(workload.NextSeed(), Ended(Outcome::kAcknowledged, 201));
  EXPECT_EQ(workload.seed_keys(), 1u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(workload.NextRead({1, 1})->key, "k1");
    const PlannedRequest write = workload.NextWrite({1, 1});
    EXPECT_NE(write.key, "k1");
    workload.OnWriteEnd(write, Ended(Outcome::kFailed, 0));
  }
}

RC_GTEST_PROP(WorkloadProperty, NeverTwoWritesInFlightForAKeyAndTheMixHolds, ()) {
  const uint64_t seed = *rc::gen::arbitrary<uint64_t>();
  Workload workload(Spec(60, 30, 10), {1, 1, 1}, "k", seed);
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
      workload.OnWriteEnd(done, Ended(outcome, *rc::gen::element(0, 200, 404, 500)));
    } else {
      const PlannedRequest write = workload.NextWrite({static_cast<size_t>(i) % 3, 0});
      RC_ASSERT(write.who.cohort == static_cast<size_t>(i) % 3);
      RC_ASSERT(busy.insert(write.key).second);
      RC_ASSERT(write.seq == last[write.key] + 1);
      RC_ASSERT((write.op == Op::kCreate) == (write.seq == 1));
      last[write.key] = write.seq;
      flying.push_back(write);
    }
    if (const auto read = workload.NextRead({static_cast<size_t>(i) % 3, 0}))
      RC_ASSERT(last.contains(read->key));
  }
}

TEST(Workload, TheSameSeedIsTheSameRun) {
  const auto run = [](uint64_t seed) {
    Workload workload(Spec(60, 30, 10), {1, 1}, "k", seed);
    std::string all;
    for (int i = 0; i < 200; ++i) {
      const PlannedRequest write = workload.NextWrite({static_cast<size_t>(i) % 2, 0});
      workload.OnWriteEnd(write, Ended(Outcome::kAcknowledged, 200));
      all += fmt::format("{} {} {};", ToString(write.op), write.key, write.seq);
    }
    return all;
  };
  EXPECT_EQ(run(5), run(5));
  EXPECT_NE(run(5), run(6));
}

}  // namespace
}  // namespace lifeboat::drill
