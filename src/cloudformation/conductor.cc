#include "cloudformation/conductor.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"
#include "cloudformation/errors.h"
#include "cloudformation/parameters.h"

namespace lifeboat::cloudformation {
namespace {

// A call that met no answer is repeated for about half a minute.
constexpr int kMaxAttempts = 60;
constexpr Duration kRetryDelay = Duration::Millis(500);

bool HasOtherResource(const Stack& stack, std::string_view logical_id,
                      std::string_view physical_id) {
  return std::any_of(stack.resources.begin(), stack.resources.end(), [&](const auto& entry) {
    return entry.first != logical_id && entry.second.physical_id == physical_id;
  });
}

bool MayRetry(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kUnknownOutcome;
}

}  // namespace

void Conductor::Resume() {
  std::vector<std::string> ids;
  for (const Stack* stack : deps_.store.All()) ids.push_back(stack->id);
  // A step may end at once and change its stack, and a deletion that ends forgets an older stack:
  // each is looked up anew.
  for (const std::string& id : ids) {
    const Stack* stack = deps_.store.Find(id);
    if (!stack) continue;
    for (const Step& step : Deployment::Unfinished(*stack)) Start(id, step, true, 1);
    if (Stack* still = deps_.store.Find(id)) Drive(*still);
  }
}

Deployment::Hooks Conductor::HooksNow() {
  return {deps_.clock.WallNow(), [this] { return NewUuid(deps_.prng); },
          [this](const Stack& stack) { return EvaluateOutputs(stack); }};
}

void Conductor::BeginCreate(Stack& stack) {
  const Deployment::Hooks hooks = HooksNow();
  Deployment(stack, hooks).BeginCreate();
}

void Conductor::BeginDelete(Stack& stack) {
  const Deployment::Hooks hooks = HooksNow();
  Deployment(stack, hooks).BeginDelete();
}

void Conductor::Drive(Stack& stack, std::function<void(Status)> committed) {
  const Deployment::Hooks hooks = HooksNow();
  const size_t events_before = stack.events.size();
  const std::vector<Step> steps = Deployment(stack, hooks).Advance();
  if (stack.events.size() != events_before || stack.stored_events != stack.events.size()) {
    deps_.store.Save(stack);
  }
  deps_.store.ForgetOldDeleted();
  if (!deps_.store.has_changes()) {
    if (committed) committed({});
    return;
  }
  deps_.committer.Commit(deps_.store.TakeBatch(),
                         [weak = weak_from_this(), id = stack.id, steps,
                          committed = std::move(committed)](Status status) {
                           if (committed) committed(status);
                           const auto self = weak.lock();
                           if (!self) return;
                           if (!status.ok())
                             return log::Error("cloudformation: {}", status.error().message);
                           for (const Step& step : steps) self->Start(id, step, false, 1);
                         });
}

Scope Conductor::ScopeOf(const Stack& stack) const {
  Scope scope{deps_.region, deps_.account, stack.name, stack.id};
  scope.conditions = &stack.conditions;
  const json::Value* mappings = stack.plan.processed.Find("Mappings");
  scope.mappings = mappings ? mappings->if_object() : nullptr;
  scope.physical_id = [&stack](std::string_view id) -> std::optional<std::string> {
    const auto it = stack.resources.find(id);
    if (it == stack.resources.end()) return std::nullopt;
    return it->second.physical_id;
  };
  scope.attribute = [&stack](std::string_view id,
                             std::string_view name) -> std::optional<json::Value> {
    const auto it = stack.resources.find(id);
    const json::Value* value =
        it == stack.resources.end() ? nullptr : it->second.attributes.Find(name);
    if (!value) return std::nullopt;
    return *value;
  };
  scope.import = [this](std::string_view name) -> std::optional<std::string> {
    for (const StackStore::Export& found : deps_.store.Exports()) {
      if (found.output->export_name == name) return found.output->value;
    }
    return std::nullopt;
  };
  return scope;
}

namespace {

// Parameters were checked when the plan was made; here their values are only read back.
Result<ResolvedParameters> ParametersOf(const Stack& stack) {
  std::vector<GivenParameter> given;
  for (const auto& [key, value] : stack.plan.parameters) given.push_back({key, value});
  return ResolveParameters(Template{stack.plan.processed}, given);
}

}  // namespace

Result<std::vector<Output>> Conductor::EvaluateOutputs(const Stack& stack) const {
  const auto parameters = ParametersOf(stack);
  if (!parameters.ok()) return parameters.error();
  Scope scope = ScopeOf(stack);
  scope.parameters = &parameters->values;
  std::vector<Output> outputs;
  const Template processed{stack.plan.processed};
  for (const auto& [key, declared] : processed.Section("Outputs")) {
    const auto condition = stack.conditions.find(declared.GetString("Condition"));
    if (condition != stack.conditions.end() && !condition->second) continue;
    const auto value = Evaluate(*declared.Find("Value"), scope);
    if (!value.ok()) return value.error();
    const auto text = *value ? ScalarText(**value) : std::nullopt;
    if (!text) {
      return InvalidError(fmt::format(
          "Template format error: The Value field of every Outputs member must evaluate to a "
          "String. ({})",
          key));
    }
    Output output{key, *text, declared.GetString("Description"), ""};
    if (const json::Value* name = declared.FindPath({"Export", "Name"})) {
      const auto export_name = Evaluate(*name, scope);
      if (!export_name.ok()) return export_name.error();
      output.export_name = *export_name ? ScalarText(**export_name).value_or("") : "";
      for (const StackStore::Export& other : deps_.store.Exports()) {
        if (other.output->export_name != output.export_name || other.stack == &stack) continue;
        return InvalidError(fmt::format("Export with name {} is already exported by stack {}",
                                        output.export_name, other.stack->name));
      }
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

Status Conductor::EvaluateProperties(Stack& stack, Resource& resource) {
  const auto parameters = ParametersOf(stack);
  if (!parameters.ok()) return parameters.error();
  Scope scope = ScopeOf(stack);
  scope.parameters = &parameters->values;
  const Template processed{stack.plan.processed};
  const json::Value* declared = processed.FindResource(resource.logical_id);
  const json::Value* properties = declared ? declared->Find("Properties") : nullptr;
  if (!properties) return {};
  auto evaluated = Evaluate(*properties, scope);
  if (!evaluated.ok()) return evaluated.error();
  if (!*evaluated) return {};
  if (const auto reference = FindDynamicReference(**evaluated)) {
    return InvalidError(NotSupported("Dynamic reference " + *reference));
  }
  resource.properties = (*evaluated)->as_object();
  return {};
}

ResourceCall Conductor::MakeCall(const Stack& stack, const Resource& resource, bool repeated) {
  ResourceCall call;
  call.aws = &deps_.aws;
  call.scheduler = &deps_.scheduler;
  call.region = deps_.region;
  call.account = deps_.account;
  call.stack_name = stack.name;
  call.stack_id = stack.id;
  call.logical_id = resource.logical_id;
  call.suffix = resource.suffix;
  call.physical_id = resource.physical_id;
  call.properties = resource.properties;
  call.started_at = resource.started_at;
  call.repeated = repeated;
  call.is_taken = [weak = weak_from_this(), stack_id = stack.id,
                   logical_id = resource.logical_id](std::string_view physical_id) {
    const auto self = weak.lock();
    const Stack* stack = self ? self->deps_.store.Find(stack_id) : nullptr;
    return stack && HasOtherResource(*stack, logical_id, physical_id);
  };
  call.initiated = [weak = weak_from_this(), stack_id = stack.id,
                    logical_id = resource.logical_id](std::string physical_id) {
    if (const auto self = weak.lock()) self->OnInitiated(stack_id, logical_id, physical_id);
  };
  return call;
}

void Conductor::OnInitiated(const std::string& stack_id, const std::string& logical_id,
                            const std::string& physical_id) {
  Stack* stack = deps_.store.Find(stack_id);
  if (!stack) return;
  const Deployment::Hooks hooks = HooksNow();
  Deployment(*stack, hooks).OnInitiated(logical_id, physical_id);
  Drive(*stack);
}

bool Conductor::Retry(const std::string& stack_id, const Step& step, const Error& error,
                      int attempt) {
  if (!MayRetry(error.code) || attempt >= kMaxAttempts) return false;
  deps_.scheduler.After(kRetryDelay, [weak = weak_from_this(), stack_id, step, attempt] {
    if (const auto self = weak.lock()) self->Start(stack_id, step, true, attempt + 1);
  });
  return true;
}

void Conductor::Start(const std::string& stack_id, const Step& step, bool repeated, int attempt) {
  Stack* stack = deps_.store.Find(stack_id);
  if (!stack) return;
  Resource& resource = stack->resources.at(step.logical_id);
  const auto type = deps_.types.find(resource.type);
  if (type == deps_.types.end()) {  // Stored by a program that knew more types than this one.
    const Error unknown = InvalidError("Unrecognized resource type: " + resource.type);
    const Deployment::Hooks hooks = HooksNow();
    Deployment deployment(*stack, hooks);
    step.kind == Step::Kind::kDelete ? deployment.OnDeleted(step.logical_id, unknown)
                                     : deployment.OnCreated(step.logical_id, unknown);
    return Drive(*stack);
  }
  if (step.kind == Step::Kind::kDelete) {
    type->second->Delete(MakeCall(*stack, resource, repeated),
                         [weak = weak_from_this(), stack_id, step, attempt](Status result) {
                           const auto self = weak.lock();
                           Stack* stack = self ? self->deps_.store.Find(stack_id) : nullptr;
                           if (!stack) return;
                           if (!result.ok() && self->Retry(stack_id, step, result.error(), attempt))
                             return;
                           const Deployment::Hooks hooks = self->HooksNow();
                           Deployment(*stack, hooks).OnDeleted(step.logical_id, std::move(result));
                           self->Drive(*stack);
                         });
    return;
  }
  const auto done = [weak = weak_from_this(), stack_id, step, attempt](Result<Made> result) {
    const auto self = weak.lock();
    Stack* stack = self ? self->deps_.store.Find(stack_id) : nullptr;
    if (!stack) return;
    if (!result.ok() && self->Retry(stack_id, step, result.error(), attempt)) return;
    const Deployment::Hooks hooks = self->HooksNow();
    Deployment(*stack, hooks).OnCreated(step.logical_id, std::move(result));
    self->Drive(*stack);
  };
  if (Status status = EvaluateProperties(*stack, resource); !status.ok()) {
    return done(status.error());
  }
  type->second->Create(MakeCall(*stack, resource, repeated), done);
}

}  // namespace lifeboat::cloudformation
