// The life of a stack as a state machine over its record: which resource may start now, what a
// finished or failed one means, when to roll back, when the stack is done. It makes no calls. The
// conductor stores the record after each turn and only then starts the steps, so a crash at any
// point repeats at most calls that are under way, and those are idempotent.
//
// A failed creation waits for what is under way, since deleting a half-made resource would race
// with its making; what then succeeds is cancelled all the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cloudformation/stack.h"

namespace lifeboat::cloudformation {

/// An operation on one resource that is to be started, or started again after a crash.
struct Step {
  enum class Kind { kCreate, kDelete };
  Kind kind = Kind::kCreate;
  std::string logical_id;
  bool operator==(const Step&) const = default;
};

/// What a finished creation gives.
struct Made {
  std::string physical_id;
  json::Object attributes;
};

class Deployment {
 public:
  struct Hooks {
    WallTime now;
    std::function<std::string()> new_event_id;
    /// The stack's outputs, once every resource is complete.
    std::function<Result<std::vector<Output>>(const Stack&)> outputs;
  };
  Deployment(Stack& stack, const Hooks& hooks) : stack_(stack), hooks_(hooks) {}

  /// From nothing or REVIEW_IN_PROGRESS to CREATE_IN_PROGRESS.
  void BeginCreate();
  void BeginDelete();
  /// The physical id is known before the creation is complete.
  void OnInitiated(const std::string& logical_id, const std::string& physical_id);
  void OnCreated(const std::string& logical_id, Result<Made> result);
  void OnDeleted(const std::string& logical_id, Status result);
  /// Moves on as far as possible without a further outcome; returns what is to be started.
  std::vector<Step> Advance();

  /// The steps that were under way when the record was stored.
  static std::vector<Step> Unfinished(const Stack& stack);

 private:
  std::vector<Step> AdvanceCreate();
  std::vector<Step> AdvanceDelete(std::string_view complete, std::string_view failed);
  void FinishCreate();
  void FailCreate(const std::string& reason);
  void StartDelete(Resource& resource, std::vector<Step>& steps);
  bool IsGone(const Resource& resource) const;
  bool MayDelete(const Resource& resource) const;
  bool AnyResource(std::string_view status) const;
  void SetStatus(Resource& resource, std::string_view status, std::string reason = "");
  void SetStackStatus(std::string_view status, std::string reason = "");

  Stack& stack_;
  const Hooks& hooks_;
};

}  // namespace lifeboat::cloudformation
