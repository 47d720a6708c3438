#include "cloudformation/deployment.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lifeboat::cloudformation {

using namespace status;  // NOLINT: the states are the vocabulary of this file.

namespace {

std::vector<std::string> LogicalIdsWith(const Stack& stack, std::string_view status) {
  std::vector<std::string> ids;
  for (const auto& [id, resource] : stack.resources) {
    if (resource.status == status) ids.push_back(id);
  }
  return ids;
}

constexpr std::string_view kCancelled = "Resource creation cancelled";

}  // namespace

void Deployment::BeginCreate() { SetStackStatus(kCreateInProgress, "User Initiated"); }

void Deployment::BeginDelete() {
  stack_.outputs.clear();
  // A second try: what could not be deleted is tried again.
  for (auto& [id, resource] : stack_.resources) {
    if (resource.status == kDeleteFailed) resource.status = kCreateComplete;
  }
  SetStackStatus(kDeleteInProgress, "User Initiated");
}

void Deployment::OnInitiated(const std::string& logical_id, const std::string& physical_id) {
  Resource& resource = stack_.resources.at(logical_id);
  if (resource.status != kCreateInProgress || resource.physical_id == physical_id) return;
  resource.physical_id = physical_id;
  SetStatus(resource, kCreateInProgress, "Resource creation Initiated");
}

void Deployment::OnCreated(const std::string& logical_id, Result<Made> result) {
  Resource& resource = stack_.resources.at(logical_id);
  if (resource.status != kCreateInProgress) return;
  if (!result.ok()) return SetStatus(resource, kCreateFailed, result.error().message);
  OnInitiated(logical_id, result->physical_id);
  resource.attributes = std::move(result->attributes);
  if (stack_.status != kCreateInProgress || AnyResource(kCreateFailed)) {
    return SetStatus(resource, kCreateFailed, std::string(kCancelled));
  }
  SetStatus(resource, kCreateComplete);
}

void Deployment::OnDeleted(const std::string& logical_id, Status result) {
  Resource& resource = stack_.resources.at(logical_id);
  if (resource.status != kDeleteInProgress) return;
  if (result.ok()) return SetStatus(resource, kDeleteComplete);
  SetStatus(resource, kDeleteFailed, result.error().message);
}

std::vector<Step> Deployment::Advance() {
  if (stack_.status == kCreateInProgress) {
    std::vector<Step> steps = AdvanceCreate();
    if (stack_.status == kCreateInProgress) return steps;
  }
  if (stack_.status == kRollbackInProgress) {
    return AdvanceDelete(kRollbackComplete, kRollbackFailed);
  }
  if (stack_.status == kDeleteInProgress) return AdvanceDelete(kDeleteComplete, kDeleteFailed);
  return {};
}

std::vector<Step> Deployment::AdvanceCreate() {
  std::vector<Step> steps;
  if (AnyResource(kCreateFailed)) {
    if (!AnyResource(kCreateInProgress)) FailCreate("");
    return steps;
  }
  bool is_complete = true;
  for (auto& [id, resource] : stack_.resources) {
    if (resource.status == kCreateComplete) continue;
    is_complete = false;
    if (!resource.status.empty()) continue;
    const bool is_ready = std::all_of(resource.dependencies.begin(), resource.dependencies.end(),
                                      [&](const std::string& name) {
                                        return stack_.resources.at(name).status == kCreateComplete;
                                      });
    if (!is_ready) continue;
    resource.started_at = hooks_.now;
    SetStatus(resource, kCreateInProgress);
    steps.push_back({Step::Kind::kCreate, id});
  }
  if (is_complete) FinishCreate();
  return steps;
}

void Deployment::FinishCreate() {
  auto outputs = hooks_.outputs(stack_);
  if (!outputs.ok()) return FailCreate(outputs.error().message);
  stack_.outputs = std::move(*outputs);
  SetStackStatus(kCreateComplete);
}

void Deployment::FailCreate(const std::string& reason) {
  std::vector<std::string> failed;
  for (const std::string& id : LogicalIdsWith(stack_, kCreateFailed)) {
    if (stack_.resources.at(id).reason != kCancelled) failed.push_back(id);
  }
  std::string why = reason.empty()
                        ? fmt::format("The following resource(s) failed to create: [{}].",
                                      fmt::join(failed, ", "))
                        : reason + (reason.ends_with('.') ? "" : ".");
  switch (stack_.on_failure) {
    case OnFailure::kRollback:
      return SetStackStatus(kRollbackInProgress, why + " Rollback requested by user.");
    case OnFailure::kDelete:
      return SetStackStatus(kDeleteInProgress, why + " Delete requested by user.");
    case OnFailure::kDoNothing:
      return SetStackStatus(kCreateFailed, why + " ");
  }
}

bool Deployment::IsGone(const Resource& resource) const {
  return resource.status.empty() || resource.status == kDeleteComplete ||
         resource.status == kDeleteSkipped;
}

// Everything that was made after it, and because of it, must be gone.
bool Deployment::MayDelete(const Resource& resource) const {
  if (resource.status != kCreateComplete && resource.status != kCreateFailed) return false;
  return std::all_of(stack_.resources.begin(), stack_.resources.end(), [&](const auto& entry) {
    return !entry.second.dependencies.contains(resource.logical_id) || IsGone(entry.second);
  });
}

void Deployment::StartDelete(Resource& resource, std::vector<Step>& steps) {
  const bool is_rollback = stack_.status == kRollbackInProgress;
  const bool is_retained = resource.deletion_policy == "Retain" ||
                           (resource.deletion_policy == "RetainExceptOnCreate" && !is_rollback);
  if (is_retained && !resource.physical_id.empty()) return SetStatus(resource, kDeleteSkipped);
  if (resource.physical_id.empty()) return SetStatus(resource, kDeleteComplete);
  SetStatus(resource, kDeleteInProgress);
  steps.push_back({Step::Kind::kDelete, resource.logical_id});
}

std::vector<Step> Deployment::AdvanceDelete(std::string_view complete, std::string_view failed) {
  std::vector<Step> steps;
  // What was under way when a delete came in ends first.
  if (AnyResource(kCreateInProgress)) return steps;
  bool progress = true;
  while (progress) {  // Skipped resources free others at once.
    progress = false;
    for (auto& [id, resource] : stack_.resources) {
      if (!MayDelete(resource)) continue;
      StartDelete(resource, steps);
      progress = true;
    }
  }
  if (AnyResource(kDeleteInProgress)) return steps;
  const std::vector<std::string> stuck = LogicalIdsWith(stack_, kDeleteFailed);
  if (!stuck.empty()) {
    SetStackStatus(failed, fmt::format("The following resource(s) failed to delete: [{}]. ",
                                       fmt::join(stuck, ", ")));
  } else {
    SetStackStatus(complete);
    if (complete == kDeleteComplete) stack_.deleted_at = hooks_.now;
  }
  return steps;
}

std::vector<Step> Deployment::Unfinished(const Stack& stack) {
  std::vector<Step> steps;
  for (const auto& [id, resource] : stack.resources) {
    if (resource.status == kCreateInProgress) steps.push_back({Step::Kind::kCreate, id});
    if (resource.status == kDeleteInProgress) steps.push_back({Step::Kind::kDelete, id});
  }
  return steps;
}

bool Deployment::AnyResource(std::string_view status) const {
  return std::any_of(stack_.resources.begin(), stack_.resources.end(),
                     [&](const auto& entry) { return entry.second.status == status; });
}

void Deployment::SetStatus(Resource& resource, std::string_view status, std::string reason) {
  resource.status = status;
  resource.reason = reason;
  resource.updated_at = hooks_.now;
  stack_.events.push_back(
      {fmt::format("{}-{}-{}", resource.logical_id, status, hooks_.new_event_id()),
       resource.logical_id, resource.physical_id, resource.type, std::string(status),
       std::move(reason), hooks_.now});
}

void Deployment::SetStackStatus(std::string_view status, std::string reason) {
  stack_.status = status;
  stack_.reason = reason;
  stack_.events.push_back({hooks_.new_event_id(), stack_.name, stack_.id,
                           "AWS::CloudFormation::Stack", std::string(status), std::move(reason),
                           hooks_.now});
}

}  // namespace lifeboat::cloudformation
