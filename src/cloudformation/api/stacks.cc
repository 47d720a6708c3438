// CreateStack, UpdateStack, DeleteStack.
#include <fmt/format.h>

#include "cloudformation/limits.h"
#include "cloudformation/operations.h"

namespace lifeboat::cloudformation {
namespace {

constexpr std::string_view kCreateParameters[] = {
    "StackName",       "TemplateBody", "TemplateURL",  "Parameters",
    "DisableRollback", "OnFailure",    "Capabilities", "Tags"};

constexpr std::string_view kDeleteParameters[] = {"StackName"};

size_t CountLive(StackStore& store) {
  size_t count = 0;
  for (const Stack* stack : store.All()) count += !stack->deleted();
  return count;
}

// The name of a stack that uses one of the stack's exports, and the export; empty when none does.
std::pair<std::string, std::string> FindImporter(StackStore& store, const Stack& stack) {
  for (const Output& output : stack.outputs) {
    for (const Stack* other : store.All()) {
      if (other->deleted() || output.export_name.empty()) continue;
      if (other->imports.contains(output.export_name)) return {other->name, output.export_name};
    }
  }
  return {};
}

}  // namespace

Outcome CreateStack(Context& context, const http::Params& params, http::XmlWriter& result) {
  const std::string name(params.Get("StackName"));
  if (Outcome checked = CheckStackName(name); !checked.ok()) return checked;
  if (Outcome known = RefuseUnknownParameters(params, kCreateParameters); !known.ok()) {
    return known;
  }
  if (context.store.Find(name)) return StackAlreadyExists(name);
  if (CountLive(context.store) >= kMaxStacks) {
    return LimitExceeded(fmt::format("Limit for stack has been exceeded: {}", kMaxStacks));
  }
  const auto on_failure = ReadOnFailure(params, "OnFailure");
  if (!on_failure.ok()) return on_failure.error();
  auto planned = context.planner.Make(params, nullptr);
  if (!planned.ok()) return planned.error();
  const auto source = ReadTemplate(params);
  const auto& given = planned->plan.capabilities;
  if (!source->Transforms().empty() &&
      std::find(given.begin(), given.end(), "CAPABILITY_AUTO_EXPAND") == given.end()) {
    return InsufficientCapabilities({"CAPABILITY_AUTO_EXPAND"});
  }
  if (!planned->failure.empty()) return ValidationError(planned->failure);
  if (!planned->missing_capabilities.empty()) {
    return InsufficientCapabilities(planned->missing_capabilities);
  }
  Stack stack = NewStack(context, name);
  stack.on_failure = *on_failure;
  stack.plan = std::move(planned->plan);
  if (Outcome begun = BeginCreation(context, stack); !begun.ok()) return begun;
  context.drive = &context.store.Add(std::move(stack));
  result.Leaf("StackId", context.drive->id);
  return {};
}

Outcome UpdateStack(Context& context, const http::Params& params, http::XmlWriter&) {
  const auto stack = RequireStack(context, params, &NoSuchStack);
  if (!stack.ok()) return stack.error();
  if ((*stack)->status != status::kCreateComplete) {
    return StackStateForbids((*stack)->id, (*stack)->status);
  }
  if (params.Get("UsePreviousTemplate") == "true") {
    return ValidationError(std::string(kUpdateNotSupported));
  }
  const auto planned = context.planner.Make(params, *stack);
  if (!planned.ok()) return planned.error();
  if (!planned->failure.empty()) return ValidationError(planned->failure);
  const Plan& present = (*stack)->plan;
  if (planned->plan.processed == present.processed &&
      planned->plan.parameters == present.parameters) {
    return ValidationError("No updates are to be performed.");
  }
  return ValidationError(std::string(kUpdateNotSupported));
}

Outcome DeleteStack(Context& context, const http::Params& params, http::XmlWriter&) {
  if (Outcome known = RefuseUnknownParameters(params, kDeleteParameters); !known.ok()) return known;
  const std::string_view name = params.Get("StackName");
  Stack* stack = context.store.Find(name);
  // Deleting what is not there, or is being deleted, succeeds.
  if (!stack || stack->deleted() || stack->status == status::kDeleteInProgress) return {};
  const auto [importer, export_name] = FindImporter(context.store, *stack);
  if (!importer.empty()) {
    return ValidationError(
        fmt::format("Export {} cannot be deleted as it is in use by {}", export_name, importer));
  }
  context.conductor.BeginDelete(*stack);
  context.drive = stack;
  return {};
}

}  // namespace lifeboat::cloudformation
