// The life of a stack as tables of events: what starts when, what a failure does, and in which
// order things go.
#include "cloudformation/deployment.h"

#include <gtest/gtest.h>

namespace lifeboat::cloudformation {
namespace {

class DeploymentTest : public ::testing::Test {
 protected:
  DeploymentTest() {
    stack_.id = "arn:stack";
    stack_.name = "shop";
    hooks_.new_event_id = [this] { return std::to_string(++events_); };
    hooks_.outputs = [](const Stack&) { return std::vector<Output>{{"Key", "value", "", ""}}; };
  }
  void Add(const std::string& id, std::set<std::string> dependencies,
           std::string policy = "Delete") {
    Resource& resource = stack_.resources[id];
    resource.logical_id = id;
    resource.type = "T";
    resource.dependencies = std::move(dependencies);
    resource.deletion_policy = std::move(policy);
  }
  // What starts now, as `+A -B`.
  std::string Advance() {
    std::string out;
    for (const Step& step : Deployment(stack_, hooks_).Advance()) {
      if (!out.empty()) out += ' ';
      out += (step.kind == Step::Kind::kCreate ? "+" : "-") + step.logical_id;
    }
    return out;
  }
  void Begin() { Deployment(stack_, hooks_).BeginCreate(); }
  void Made(const std::string& id) {
    Deployment(stack_, hooks_).OnCreated(id, cloudformation::Made{"id-" + id, {}});
  }
  void Failed(const std::string& id) {
    Deployment(stack_, hooks_).OnCreated(id, InvalidError("no luck"));
  }
  void Deleted(const std::string& id) { Deployment(stack_, hooks_).OnDeleted(id, {}); }
  std::string Last() const {
    const Event& event = stack_.events.back();
    return event.logical_id + " " + event.status + " " + event.reason;
  }

  Stack stack_;
  Deployment::Hooks hooks_;
  int events_ = 0;
};

TEST_F(DeploymentTest, MakesInOrderAndInParallel) {
  Add("A", {});
  Add("B", {});
  Add("C", {"A", "B"});
  Begin();
  EXPECT_EQ(Last(), "shop CREATE_IN_PROGRESS User Initiated");
  EXPECT_EQ(Advance(), "+A +B");
  EXPECT_EQ(Advance(), "");
  Made("A");
  EXPECT_EQ(Advance(), "");
  Made("B");
  EXPECT_EQ(Advance(), "+C");
  Made("C");
  EXPECT_EQ(Advance(), "");
  EXPECT_EQ(stack_.status, status::kCreateComplete);
  EXPECT_EQ(stack_.outputs.size(), 1u);
  std::string events;
  for (const Event& event : stack_.events) {
    if (event.logical_id == "C") events += event.status + "/" + event.reason + " ";
  }
  EXPECT_EQ(events,
            "CREATE_IN_PROGRESS/ CREATE_IN_PROGRESS/Resource creation Initiated CREATE_COMPLETE/ ");
}

TEST_F(DeploymentTest, AFailureCancelsWhatIsUnderWayAndRollsBackInReverse) {
  Add("A", {});
  Add("B", {"A"});
  Add("C", {"A"});
  Add("D", {"C"});
  Begin();
  Advance();
  Made("A");
  EXPECT_EQ(Advance(), "+B +C");
  Failed("B");
  EXPECT_EQ(Advance(), "");  // C is still being made.
  EXPECT_EQ(stack_.status, status::kCreateInProgress);
  Made("C");
  EXPECT_EQ(Last(), "C CREATE_FAILED Resource creation cancelled");
  EXPECT_EQ(Advance(), "-C");  // B was never made.
  EXPECT_EQ(stack_.status, status::kRollbackInProgress);
  EXPECT_EQ(stack_.reason,
            "The following resource(s) failed to create: [B]. Rollback requested by user.");
  Deleted("C");
  EXPECT_EQ(Advance(), "-A");
  Deleted("A");
  EXPECT_EQ(Advance(), "");
  EXPECT_EQ(stack_.status, status::kRollbackComplete);
  EXPECT_EQ(stack_.resources.at("D").status, "");
}

TEST_F(DeploymentTest, OnFailureDeleteAndDoNothing) {
  Add("A", {});
  stack_.on_failure = OnFailure::kDoNothing;
  Begin();
  Advance();
  Failed("A");
  Advance();
  EXPECT_EQ(stack_.status, status::kCreateFailed);
  EXPECT_EQ(stack_.reason, "The following resource(s) failed to create: [A]. ");

  stack_.on_failure = OnFailure::kDelete;
  stack_.resources.at("A").status.clear();
  Begin();
  Advance();
  Failed("A");
  Advance();
  EXPECT_EQ(stack_.status, status::kDeleteComplete);
  EXPECT_TRUE(stack_.deleted_at);
}

TEST_F(DeploymentTest, OutputsThatFailRollBack) {
  Add("A", {});
  hooks_.outputs = [](const Stack&) {
    return Result<std::vector<Output>>(InvalidError("No export named x found"));
  };
  Begin();
  Advance();
  Made("A");
  EXPECT_EQ(Advance(), "-A");
  EXPECT_EQ(stack_.reason, "No export named x found. Rollback requested by user.");
}

TEST_F(DeploymentTest, DeletionPolicies) {
  Add("A", {}, "Retain");
  Add("B", {"A"}, "RetainExceptOnCreate");
  Add("C", {"B"});
  Begin();
  Advance();
  Made("A");
  Advance();
  Made("B");
  Advance();
  Failed("C");
  EXPECT_EQ(Advance(), "-B");  // A rollback of a creation.
  Deleted("B");
  EXPECT_EQ(Advance(), "");
  EXPECT_EQ(stack_.resources.at("A").status, status::kDeleteSkipped);
  EXPECT_EQ(stack_.status, status::kRollbackComplete);

  for (auto& [id, resource] : stack_.resources) resource.status = status::kCreateComplete;
  Deployment(stack_, hooks_).BeginDelete();
  EXPECT_EQ(Advance(), "");  // C was never made, so nothing is to be called.
  EXPECT_EQ(stack_.resources.at("B").status, status::kDeleteSkipped);
  EXPECT_EQ(stack_.status, status::kDeleteComplete);
}

TEST_F(DeploymentTest, ADeleteThatFailsCanBeTriedAgain) {
  Add("A", {});
  Add("B", {"A"});
  Begin();
  Advance();
  Made("A");
  Advance();
  Made("B");
  Advance();
  Deployment(stack_, hooks_).BeginDelete();
  EXPECT_EQ(Advance(), "-B");
  Deployment(stack_, hooks_).OnDeleted("B", InvalidError("in use"));
  EXPECT_EQ(Advance(), "");
  EXPECT_EQ(stack_.status, status::kDeleteFailed);
  EXPECT_EQ(stack_.reason, "The following resource(s) failed to delete: [B]. ");
  Deployment(stack_, hooks_).BeginDelete();
  EXPECT_EQ(Advance(), "-B");
  Deleted("B");
  EXPECT_EQ(Advance(), "-A");
}

TEST_F(DeploymentTest, ADeleteDuringACreationWaitsForWhatIsUnderWay) {
  Add("A", {});
  Add("B", {"A"});
  Begin();
  EXPECT_EQ(Advance(), "+A");
  Deployment(stack_, hooks_).BeginDelete();
  EXPECT_EQ(Advance(), "");
  Made("A");
  EXPECT_EQ(Last(), "A CREATE_FAILED Resource creation cancelled");
  EXPECT_EQ(Advance(), "-A");
  Deleted("A");
  Advance();
  EXPECT_EQ(stack_.status, status::kDeleteComplete);
}

TEST_F(DeploymentTest, OutcomesThatComeTwiceOrTooLateChangeNothing) {
  Add("A", {});
  Begin();
  Advance();
  Made("A");
  const size_t events = stack_.events.size();
  Made("A");
  Failed("A");
  Deleted("A");
  EXPECT_EQ(stack_.events.size(), events);
  EXPECT_EQ(stack_.resources.at("A").status, status::kCreateComplete);
}

TEST_F(DeploymentTest, KnowsWhatACrashInterrupted) {
  Add("A", {});
  Add("B", {});
  Begin();
  Advance();
  Made("A");
  EXPECT_EQ(Deployment::Unfinished(stack_), (std::vector<Step>{{Step::Kind::kCreate, "B"}}));
}

TEST_F(DeploymentTest, RecordsReadBackAsTheyWere) {
  Add("A", {"B"}, "Retain");
  Add("B", {});
  Begin();
  Advance();
  Made("B");
  stack_.conditions["C"] = true;
  stack_.imports = {"x"};
  stack_.outputs = {{"K", "V", "D", "E"}};
  stack_.on_failure = OnFailure::kDelete;
  const auto read = StackFromJson(ToJson(stack_));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(ToJson(*read), ToJson(stack_));
  EXPECT_FALSE(StackFromJson(json::Object()).ok());
  EXPECT_FALSE(ChangeSetFromJson(json::Object()).ok());
}

}  // namespace
}  // namespace lifeboat::cloudformation
