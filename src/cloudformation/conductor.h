// The conductor carries stacks through their lives: it stores each turn of the deployment machine,
// then starts the calls that the turn asks for, and feeds what comes of them back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "cloudformation/deployment.h"
#include "cloudformation/intrinsics.h"
#include "cloudformation/resource_type.h"
#include "cloudformation/stack_store.h"
#include "storage/committer.h"

namespace lifeboat::cloudformation {

class Conductor : public std::enable_shared_from_this<Conductor> {
 public:
  struct Dependencies {
    std::string region;
    std::string account;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    AwsCaller& aws;
    StackStore& store;
    const ResourceTypes& types;
  };
  explicit Conductor(Dependencies dependencies) : deps_(dependencies) {}

  /// Goes on with what a crash has interrupted.
  void Resume();
  /// The stack's record says so already; the next Drive starts it.
  void BeginCreate(Stack& stack);
  void BeginDelete(Stack& stack);
  /// Commits what has changed in the store, then `committed`, then starts the stack's steps.
  void Drive(Stack& stack, std::function<void(Status)> committed = nullptr);

  /// What names mean in that stack.
  Scope ScopeOf(const Stack& stack) const;

 private:
  Deployment::Hooks HooksNow();
  Result<std::vector<Output>> EvaluateOutputs(const Stack& stack) const;
  void Start(const std::string& stack_id, const Step& step, bool repeated, int attempt);
  Status EvaluateProperties(Stack& stack, Resource& resource);
  ResourceCall MakeCall(const Stack& stack, const Resource& resource, bool repeated);
  /// True when it is to be tried again, and then it will be.
  bool Retry(const std::string& stack_id, const Step& step, const Error& error, int attempt);
  void OnInitiated(const std::string& stack_id, const std::string& logical_id,
                   const std::string& physical_id);

  Dependencies deps_;
};

}  // namespace lifeboat::cloudformation
