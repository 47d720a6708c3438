#include "cloudformation/planner.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cloudformation/limits.h"
#include "cloudformation/live_references.h"
#include "cloudformation/query.h"
#include "cloudformation/sam/transform.h"

namespace lifeboat::cloudformation {
namespace {

http::AwsResult<TextPairs> ReadTags(const http::Params& params) {
  TextPairs tags;
  for (const QueryStructure& tag : QueryStructures(params, "Tags")) {
    if (tag.Get("Key").empty()) return ValidationError("Tags must have a key");
    tags.emplace_back(tag.Get("Key"), tag.Get("Value"));
  }
  if (tags.size() > kMaxTags) {
    return ValidationError(fmt::format("A stack can't have more than {} tags", kMaxTags));
  }
  return tags;
}

std::vector<GivenParameter> ReadParameters(const http::Params& params) {
  std::vector<GivenParameter> given;
  for (const QueryStructure& parameter : QueryStructures(params, "Parameters")) {
    given.push_back({std::string(parameter.Get("ParameterKey")),
                     std::string(parameter.Get("ParameterValue")),
                     parameter.Get("UsePreviousValue") == "true"});
  }
  return given;
}

// CAPABILITY_NAMED_IAM acknowledges all that CAPABILITY_IAM does.
bool IsAcknowledged(const std::string& wanted, const std::vector<std::string>& given) {
  const auto has = [&](std::string_view capability) {
    return std::find(given.begin(), given.end(), capability) != given.end();
  };
  return has(wanted) || (wanted == "CAPABILITY_IAM" && has("CAPABILITY_NAMED_IAM"));
}

std::string ElementText(const json::Value& resource, std::string_view name,
                        std::string_view fallback) {
  const std::string& text = resource.GetString(name);
  return text.empty() ? std::string(fallback) : text;
}

}  // namespace

http::AwsResult<Template> ReadTemplate(const http::Params& params) {
  const std::string* body = params.Find("TemplateBody");
  if (!body || body->empty()) {
    return ValidationError("Either Template URL or Template Body must be specified.");
  }
  auto parsed = ParseTemplate(*body);
  if (!parsed.ok()) return ValidationError(parsed.error().message);
  return std::move(*parsed);
}

Status Planner::CheckTypes(const Template& processed) const {
  // Those of AWS's names may well be AWS's; the others are nobody's.
  std::set<std::string> lacking, unknown;
  for (const auto& [id, resource] : processed.Section("Resources")) {
    const std::string& type = resource.GetString("Type");
    if (types_.contains(type)) continue;
    (type.starts_with("AWS::") ? lacking : unknown).insert(type);
  }
  if (!unknown.empty()) {
    return InvalidError(fmt::format("Template format error: Unrecognized resource types: [{}]",
                                    fmt::join(unknown, ", ")));
  }
  if (lacking.empty()) return {};
  return InvalidError(NotSupported(fmt::format("Resource type {}", fmt::join(lacking, ", "))));
}

http::AwsResult<Planned> Planner::Make(const http::Params& params, const Stack* previous) const {
  const auto source = ReadTemplate(params);
  if (!source.ok()) return source.error();
  auto tags = ReadTags(params);
  if (!tags.ok()) return tags.error();
  Planned planned;
  Plan& plan = planned.plan;
  plan.template_body = params.Get("TemplateBody");
  plan.capabilities = QueryTexts(params, "Capabilities");
  plan.tags = std::move(*tags);
  plan.description = source->Description();
  for (const std::string& transform : source->Transforms()) {
    if (transform == kServerlessTransform) continue;
    return ValidationError(transform.starts_with("AWS::")
                               ? NotSupported("Transform " + transform)
                               : fmt::format("No transform named {} found.", transform));
  }
  const auto resolved = ResolveParameters(*source, ReadParameters(params),
                                          previous ? previous->plan.parameters : TextPairs());
  if (!resolved.ok()) return ValidationError(resolved.error().message);
  plan.parameters = resolved->texts;
  const auto declared = DeclaredParameters(*source);
  for (const ParameterDeclaration& parameter : *declared) {
    if (parameter.no_echo) plan.no_echo.push_back(parameter.key);
  }

  Template processed = *source;
  const bool has_transform = !source->Transforms().empty();
  if (has_transform) {
    auto transformed = TransformServerless(*source);
    if (!transformed.ok()) {
      planned.failure = transformed.error().message;
      return planned;
    }
    processed = std::move(*transformed);
  }
  for (const Status& status : {ValidateTemplate(processed), CheckTypes(processed)}) {
    if (status.ok()) continue;
    // What only a transform brings to light is the change set's failure, not the request's.
    if (!has_transform) return ValidationError(status.error().message);
    planned.failure = status.error().message;
    return planned;
  }
  for (const std::string& capability : FindRequiredCapabilities(processed).capabilities) {
    if (!IsAcknowledged(capability, plan.capabilities)) {
      planned.missing_capabilities.push_back(capability);
    }
  }
  plan.processed = std::move(processed.root);
  return planned;
}

Status Planner::FillStack(Stack& stack, const Scope& base,
                          const std::function<std::string()>& new_suffix) const {
  const Template processed{stack.plan.processed};
  std::vector<GivenParameter> given;
  for (const auto& [key, value] : stack.plan.parameters) given.push_back({key, value});
  const auto parameters = ResolveParameters(processed, given);
  if (!parameters.ok()) return parameters.error();
  Scope scope = base;
  scope.parameters = &parameters->values;
  auto conditions = EvaluateConditions(processed.Section("Conditions"), scope);
  if (!conditions.ok()) return conditions.error();
  const auto dependencies = FindDependencies(processed, *conditions);
  if (!dependencies.ok()) return dependencies.error();
  scope.conditions = &*conditions;
  if (Status live = CheckLiveReferences(processed, scope, stack.imports); !live.ok()) return live;
  stack.conditions = std::move(*conditions);
  for (const auto& [id, before] : *dependencies) {
    const json::Value& declared = *processed.FindResource(id);
    Resource resource;
    resource.logical_id = id;
    resource.type = declared.GetString("Type");
    resource.dependencies = before;
    resource.deletion_policy = ElementText(declared, "DeletionPolicy", "Delete");
    resource.suffix = new_suffix();
    stack.resources[id] = std::move(resource);
  }
  return {};
}

}  // namespace lifeboat::cloudformation
