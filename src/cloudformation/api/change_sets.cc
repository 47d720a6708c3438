// CreateChangeSet, DescribeChangeSet, ExecuteChangeSet, DeleteChangeSet, ListChangeSets.
//
// A change set is worked out while it is created, so it is never seen as CREATE_PENDING.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/ids.h"
#include "cloudformation/limits.h"
#include "cloudformation/operations.h"

namespace lifeboat::cloudformation {
namespace {

constexpr std::string_view kCreateParameters[] = {
    "StackName",   "ChangeSetName",  "ChangeSetType",      "TemplateBody",
    "TemplateURL", "Parameters",     "Capabilities",       "Tags",
    "Description", "OnStackFailure", "UsePreviousTemplate"};

constexpr std::string_view kExecuteParameters[] = {"ChangeSetName", "StackName", "DisableRollback"};

enum class Type { kCreate, kUpdate };

http::AwsResult<Type> ReadType(const http::Params& params) {
  const std::string_view type = params.Get("ChangeSetType");
  if (type == "CREATE") return Type::kCreate;
  if (type == "UPDATE" || type.empty()) return Type::kUpdate;
  return ValidationError(NotSupported(fmt::format("Change set type {}", type)));
}

// The stack that the change set is for; for CREATE a new one is made in REVIEW_IN_PROGRESS.
http::AwsResult<Stack*> FindOrAddStack(Context& context, const http::Params& params, Type type) {
  const std::string name(params.Get("StackName"));
  Stack* stack = context.store.Find(name);
  if (type == Type::kUpdate) {
    if (!stack) return ValidationError(fmt::format("Stack [{}] does not exist", name));
    if (stack->status != status::kCreateComplete) {
      return StackStateForbids(stack->id, stack->status);
    }
    return stack;
  }
  if (stack && stack->status == status::kReviewInProgress) return stack;
  if (stack) {
    return ValidationError(fmt::format(
        "Stack [{}] already exists and cannot be created again with the changeSet [{}].", name,
        params.Get("ChangeSetName")));
  }
  if (Outcome checked = CheckStackName(name); !checked.ok()) return checked.error();
  Stack review = NewStack(context, name);
  review.status = status::kReviewInProgress;
  review.reason = "User Initiated";
  review.events.push_back({NewUuid(context.prng), review.name, review.id,
                           "AWS::CloudFormation::Stack", review.status, review.reason,
                           context.now});
  return &context.store.Add(std::move(review));
}

void Fail(ChangeSet& change_set, std::string reason) {
  change_set.status = status::kFailed;
  change_set.execution_status = status::kUnavailable;
  change_set.reason = std::move(reason);
}

void Settle(ChangeSet& change_set, const Planned& planned, const Stack& stack) {
  const bool is_same = planned.plan.processed == stack.plan.processed &&
                       planned.plan.parameters == stack.plan.parameters;
  if (!planned.failure.empty()) return Fail(change_set, planned.failure);
  if (!planned.missing_capabilities.empty()) {
    return Fail(change_set, InsufficientCapabilities(planned.missing_capabilities).message);
  }
  if (!change_set.is_create) {
    return Fail(change_set, std::string(is_same ? kNoChanges : kUpdateNotSupported));
  }
  change_set.status = status::kCreateComplete;
  change_set.execution_status = status::kAvailable;
}

http::AwsResult<ChangeSet*> RequireChangeSet(Context& context, const http::Params& params) {
  const std::string_view name = params.Get("ChangeSetName");
  const std::string_view stack_name = params.Get("StackName");
  const Stack* stack = stack_name.empty() ? nullptr : context.store.Find(stack_name);
  if (!name.starts_with("arn:") && !stack) {
    if (stack_name.empty()) return ValidationError("StackName must be specified");
    return NoSuchStack(stack_name);
  }
  ChangeSet* change_set = context.store.FindChangeSet(name, stack);
  if (!change_set) return ChangeSetNotFound(name);
  return change_set;
}

void WriteChanges(http::XmlWriter& xml, const ChangeSet& change_set) {
  xml.Open("Changes");
  const Template processed{change_set.plan.processed};
  if (change_set.status == status::kCreateComplete) {
    for (const auto& [id, resource] : processed.Section("Resources")) {
      xml.Open("member").Leaf("Type", "Resource").Open("ResourceChange").Leaf("Action", "Add");
      xml.Leaf("LogicalResourceId", id).Leaf("ResourceType", resource.GetString("Type"));
      xml.Open("Scope").Close().Open("Details").Close().Close().Close();
    }
  }
  xml.Close();
}

}  // namespace

Outcome CreateChangeSet(Context& context, const http::Params& params, http::XmlWriter& result) {
  if (Outcome known = RefuseUnknownParameters(params, kCreateParameters); !known.ok()) {
    return known;
  }
  const std::string name(params.Get("ChangeSetName"));
  if (!CheckStackName(name).ok()) {
    return ValidationError("ChangeSetName must satisfy [a-zA-Z][-a-zA-Z0-9]*");
  }
  const auto type = ReadType(params);
  if (!type.ok()) return type.error();
  const auto on_failure = ReadOnFailure(params, "OnStackFailure");
  if (!on_failure.ok()) return on_failure.error();
  Stack* present = context.store.Find(params.Get("StackName"));
  if (params.Get("UsePreviousTemplate") == "true") {
    return ValidationError(std::string(kUpdateNotSupported));
  }
  auto planned = context.planner.Make(params, present);
  if (!planned.ok()) return planned.error();
  // A template that is plain as it stands is refused at once; a transform is seen through later.
  const auto source = ReadTemplate(params);
  if (source->Transforms().empty() && !planned->missing_capabilities.empty()) {
    return InsufficientCapabilities(planned->missing_capabilities);
  }
  if (planned->failure.empty()) {
    Stack trial;
    trial.name = std::string(params.Get("StackName"));
    trial.plan = planned->plan;
    const Status filled = context.planner.FillStack(trial, context.conductor.ScopeOf(trial),
                                                    [] { return std::string(); });
    if (!filled.ok() && source->Transforms().empty()) {
      return ValidationError(filled.error().message);
    }
    if (!filled.ok()) planned->failure = filled.error().message;
  }
  if (present && context.store.FindChangeSet(name, present)) {
    return ChangeSetAlreadyExists(name, present->id);
  }
  if (present && context.store.ChangeSetsOf(*present).size() >= kMaxChangeSetsPerStack) {
    return LimitExceeded("ChangeSet limit exceeded for stack " + present->name);
  }
  const auto stack = FindOrAddStack(context, params, *type);
  if (!stack.ok()) return stack.error();

  ChangeSet change_set;
  change_set.id = fmt::format("arn:aws:cloudformation:{}:{}:changeSet/{}/{}", context.region,
                              context.account, name, NewUuid(context.prng));
  change_set.name = name;
  change_set.stack_id = (*stack)->id;
  change_set.stack_name = (*stack)->name;
  change_set.description = params.Get("Description");
  change_set.on_failure = *on_failure;
  change_set.created_at = context.now;
  change_set.is_create = *type == Type::kCreate;
  Settle(change_set, *planned, **stack);
  change_set.plan = std::move(planned->plan);
  result.Leaf("Id", change_set.id).Leaf("StackId", change_set.stack_id);
  context.store.Add(std::move(change_set));
  return {};
}

Outcome DescribeChangeSet(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto found = RequireChangeSet(context, params);
  if (!found.ok()) return found.error();
  const ChangeSet& change_set = **found;
  result.Leaf("ChangeSetName", change_set.name).Leaf("ChangeSetId", change_set.id);
  result.Leaf("StackId", change_set.stack_id).Leaf("StackName", change_set.stack_name);
  if (!change_set.description.empty()) result.Leaf("Description", change_set.description);
  WriteParameters(result, change_set.plan);
  result.Leaf("CreationTime", FormatIso8601Millis(change_set.created_at));
  result.Leaf("ExecutionStatus", change_set.execution_status);
  result.Leaf("Status", change_set.status);
  if (!change_set.reason.empty()) result.Leaf("StatusReason", change_set.reason);
  WriteTexts(result, "NotificationARNs", {});
  WriteTexts(result, "Capabilities", change_set.plan.capabilities);
  WriteTags(result, change_set.plan.tags);
  WriteChanges(result, change_set);
  result.Leaf("IncludeNestedStacks", false);
  return {};
}

Outcome ExecuteChangeSet(Context& context, const http::Params& params, http::XmlWriter&) {
  if (Outcome known = RefuseUnknownParameters(params, kExecuteParameters); !known.ok()) {
    return known;
  }
  const auto found = RequireChangeSet(context, params);
  if (!found.ok()) return found.error();
  ChangeSet& change_set = **found;
  if (change_set.execution_status != status::kAvailable) {
    return InvalidChangeSetStatus(change_set.id, change_set.execution_status);
  }
  Stack* stack = context.store.Find(change_set.stack_id);
  if (!stack || stack->status != status::kReviewInProgress) {
    return StackStateForbids(change_set.stack_id, stack ? stack->status : status::kDeleteComplete);
  }
  stack->plan = change_set.plan;
  stack->change_set_id = change_set.id;
  stack->on_failure =
      params.Get("DisableRollback") == "true" ? OnFailure::kDoNothing : change_set.on_failure;
  if (Outcome begun = BeginCreation(context, *stack); !begun.ok()) {
    stack->plan = {};
    return begun;
  }
  change_set.execution_status = status::kExecuteComplete;
  context.store.Save(change_set);
  context.store.SavePlan(*stack);
  for (ChangeSet* other : context.store.ChangeSetsOf(*stack)) {
    if (other == &change_set || other->execution_status != status::kAvailable) continue;
    other->execution_status = status::kObsolete;
    context.store.Save(*other);
  }
  return {};
}

Outcome DeleteChangeSet(Context& context, const http::Params& params, http::XmlWriter&) {
  const auto found = RequireChangeSet(context, params);
  if (!found.ok()) return found.error();
  context.store.Remove(**found);
  return {};
}

Outcome ListChangeSets(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto stack = RequireStack(context, params, &NoSuchStack);
  if (!stack.ok()) return stack.error();
  std::vector<ChangeSet*> all = context.store.ChangeSetsOf(**stack);
  std::sort(all.begin(), all.end(), [](const ChangeSet* a, const ChangeSet* b) {
    return std::tie(b->created_at, a->name) < std::tie(a->created_at, b->name);  // Newest first.
  });
  result.Open("Summaries");
  for (const ChangeSet* change_set : all) {
    result.Open("member").Leaf("StackId", change_set->stack_id);
    result.Leaf("StackName", change_set->stack_name).Leaf("ChangeSetId", change_set->id);
    result.Leaf("ChangeSetName", change_set->name);
    result.Leaf("ExecutionStatus", change_set->execution_status);
    result.Leaf("Status", change_set->status);
    if (!change_set->reason.empty()) result.Leaf("StatusReason", change_set->reason);
    result.Leaf("CreationTime", FormatIso8601Millis(change_set->created_at)).Close();
  }
  result.Close();
  return {};
}

}  // namespace lifeboat::cloudformation
