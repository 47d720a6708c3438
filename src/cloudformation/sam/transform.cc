#include "cloudformation/sam/transform.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cloudformation/intrinsics.h"
#include "cloudformation/sam/resources.h"

namespace lifeboat::cloudformation {
namespace sam {

void Errors::AddResource(std::string_view logical_id, std::string_view what) {
  Add(fmt::format("Resource with id [{}] is invalid. {}", logical_id, what));
}

Error Errors::ToError() const {
  return InvalidError(fmt::format(
      "Transform {} failed with: Invalid Serverless Application Specification document. Number of "
      "errors found: {}. {}",
      kServerlessTransform, list_.size(), fmt::join(list_, " ")));
}

json::Value RefTo(std::string_view name) { return json::Object{{"Ref", name}}; }

json::Value AttributeOf(std::string_view name, std::string_view attribute) {
  return json::Object{{"Fn::GetAtt", json::Array{name, attribute}}};
}

namespace {

bool IsPlainMap(const json::Value& value) {
  return value.is_object() && !AsIntrinsic(value.as_object());
}

json::Value Merge(const json::Value& global, const json::Value& own) {
  if (IsPlainMap(global) && IsPlainMap(own)) {
    return MergeGlobals(global.as_object(), own.as_object());
  }
  if (global.is_array() && own.is_array()) {
    json::Array joined = global.as_array();
    joined.insert(joined.end(), own.as_array().begin(), own.as_array().end());
    return joined;
  }
  return own;
}

// What Globals may say here of each kind of resource.
void CheckGlobals(const json::Object& globals, Errors& errors) {
  for (const auto& [section, members] : globals) {
    if (section != "Function" && section != "Api") {
      errors.Add(
          fmt::format("'Globals' section is invalid. Section '{}' is not supported.", section));
      continue;
    }
    for (const auto& [member, value] : members.as_object()) {
      const bool is_known = section == "Api" ? member == "EndpointConfiguration"
                                             : member != "Events" && member != "Policies" &&
                                                   member != "Role" && member != "FunctionName";
      if (!is_known) {
        errors.Add(fmt::format("'Globals' section is invalid. '{}' is not supported in '{}'.",
                               member, section));
      }
    }
  }
}

}  // namespace

json::Object MergeGlobals(const json::Object& globals, const json::Object& own) {
  json::Object merged = globals;
  for (const auto& [name, value] : own) {
    const json::Value* global = globals.Find(name);
    merged.Set(name, global ? Merge(*global, value) : value);
  }
  return merged;
}

}  // namespace sam

Result<Template> TransformServerless(const Template& source) {
  sam::Errors errors;
  const json::Object& globals = source.Section("Globals");
  sam::CheckGlobals(globals, errors);
  const json::Value* for_functions = globals.Find("Function");
  json::Object resources;
  std::vector<sam::ApiEvent> events;
  for (const auto& [id, resource] : source.Section("Resources")) {
    const std::string& type = resource.GetString("Type");
    if (type == "AWS::Serverless::Function") {
      sam::TranslateFunction(id, resource,
                             for_functions ? for_functions->as_object() : json::Object(), resources,
                             events, errors);
    } else if (type.starts_with("AWS::Serverless::")) {
      errors.AddResource(id, fmt::format("The type {} is not supported.", type));
    } else {
      resources.Set(id, resource);
    }
  }
  if (!events.empty()) sam::AddImplicitApi(events, globals, resources, errors);
  if (!errors.empty()) return errors.ToError();
  Template transformed{source.root};
  transformed.root.Erase("Transform");
  transformed.root.Erase("Globals");
  transformed.root.Set("Resources", std::move(resources));
  return transformed;
}

}  // namespace lifeboat::cloudformation
