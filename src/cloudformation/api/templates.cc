// GetTemplate, GetTemplateSummary, ValidateTemplate.
#include <set>

#include "cloudformation/operations.h"
#include "cloudformation/sam/transform.h"

namespace lifeboat::cloudformation {
namespace {

// The plan of the change set or stack that the request names.
http::AwsResult<const Plan*> FindPlan(Context& context, const http::Params& params) {
  Stack* stack = context.store.Find(params.Get("StackName"));
  const std::string_view change_set_name = params.Get("ChangeSetName");
  if (!change_set_name.empty()) {
    const ChangeSet* change_set = context.store.FindChangeSet(change_set_name, stack);
    if (!change_set) return ChangeSetNotFound(change_set_name);
    return &change_set->plan;
  }
  if (!stack) return NoSuchStackId(params.Get("StackName"));
  return &stack->plan;
}

// The template that a summary is about: of the request, or of the stack that it names.
http::AwsResult<Template> FindTemplate(Context& context, const http::Params& params) {
  if (params.Get("StackName").empty()) return ReadTemplate(params);
  const auto stack = RequireStack(context, params, &NoSuchStackId);
  if (!stack.ok()) return stack.error();
  auto parsed = ParseTemplate((*stack)->plan.template_body);
  if (!parsed.ok()) return ValidationError(parsed.error().message);
  return std::move(*parsed);
}

// What the template is after its transforms, for the capabilities that it asks for.
http::AwsResult<Template> Processed(const Template& source) {
  Template processed = source;
  if (!source.Transforms().empty()) {
    auto transformed = TransformServerless(source);
    if (!transformed.ok()) return ValidationError(transformed.error().message);
    processed = std::move(*transformed);
  }
  if (const Status checked = ValidateTemplate(processed); !checked.ok()) {
    return ValidationError(checked.error().message);
  }
  return processed;
}

void WriteCapabilities(http::XmlWriter& xml, const Template& source, const Template& processed) {
  RequiredCapabilities required = FindRequiredCapabilities(processed);
  if (!source.Transforms().empty()) {
    required.capabilities.push_back("CAPABILITY_AUTO_EXPAND");
    if (required.reason.empty()) {
      required.reason = "The following resource(s) require capabilities: [AWS::Serverless]";
    }
  }
  if (required.capabilities.empty()) return;
  WriteTexts(xml, "Capabilities", required.capabilities);
  xml.Leaf("CapabilitiesReason", required.reason);
}

void WriteConstraints(http::XmlWriter& xml, const json::Value& declaration) {
  const json::Value* allowed = declaration.Find("AllowedValues");
  xml.Open("ParameterConstraints");
  if (allowed) {
    std::vector<std::string> values;
    for (const json::Value& value : allowed->as_array()) {
      values.push_back(ScalarText(value).value_or(""));
    }
    WriteTexts(xml, "AllowedValues", values);
  }
  xml.Close();
}

}  // namespace

Outcome GetTemplate(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto plan = FindPlan(context, params);
  if (!plan.ok()) return plan.error();
  WriteTexts(result, "StagesAvailable", {"Original", "Processed"});
  const std::string_view stage = params.Get("TemplateStage");
  if (!stage.empty() && stage != "Original" && stage != "Processed") {
    return ValidationError("TemplateStage must be one of Original and Processed");
  }
  result.Leaf("TemplateBody",
              stage == "Processed" ? json::Write((*plan)->processed) : (*plan)->template_body);
  return {};
}

Outcome GetTemplateSummary(Context& context, const http::Params& params, http::XmlWriter& result) {
  const auto source = FindTemplate(context, params);
  if (!source.ok()) return source.error();
  const auto processed = Processed(*source);
  if (!processed.ok()) return processed.error();
  const auto declared = DeclaredParameters(*source);
  if (!declared.ok()) return ValidationError(declared.error().message);
  result.Open("Parameters");
  for (const ParameterDeclaration& parameter : *declared) {
    result.Open("member").Leaf("ParameterKey", parameter.key);
    if (parameter.has_default) result.Leaf("DefaultValue", parameter.default_value);
    result.Leaf("ParameterType", parameter.type).Leaf("NoEcho", parameter.no_echo);
    if (!parameter.description.empty()) result.Leaf("Description", parameter.description);
    WriteConstraints(result, *source->Section("Parameters").Find(parameter.key));
    result.Close();
  }
  result.Close();
  if (!source->Description().empty()) result.Leaf("Description", source->Description());
  WriteCapabilities(result, *source, *processed);
  std::set<std::string> types;
  for (const auto& [id, resource] : source->Section("Resources")) {
    types.insert(resource.GetString("Type"));
  }
  WriteTexts(result, "ResourceTypes", {types.begin(), types.end()});
  if (const json::Value* version = source->root.Find("AWSTemplateFormatVersion")) {
    result.Leaf("Version", version->as_string());
  }
  const auto transforms = source->Transforms();
  if (!transforms.empty()) WriteTexts(result, "DeclaredTransforms", transforms);
  return {};
}

Outcome ValidateTemplateAction(Context&, const http::Params& params, http::XmlWriter& result) {
  const auto source = ReadTemplate(params);
  if (!source.ok()) return source.error();
  const auto processed = Processed(*source);
  if (!processed.ok()) return processed.error();
  const auto declared = DeclaredParameters(*source);
  if (!declared.ok()) return ValidationError(declared.error().message);
  result.Open("Parameters");
  for (const ParameterDeclaration& parameter : *declared) {
    result.Open("member").Leaf("ParameterKey", parameter.key);
    if (parameter.has_default) result.Leaf("DefaultValue", parameter.default_value);
    result.Leaf("NoEcho", parameter.no_echo);
    if (!parameter.description.empty()) result.Leaf("Description", parameter.description);
    result.Close();
  }
  result.Close();
  if (!source->Description().empty()) result.Leaf("Description", source->Description());
  WriteCapabilities(result, *source, *processed);
  const auto transforms = source->Transforms();
  if (!transforms.empty()) WriteTexts(result, "DeclaredTransforms", transforms);
  return {};
}

}  // namespace lifeboat::cloudformation
