#include "cloudformation/template.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cloudformation/limits.h"
#include "cloudformation/references.h"
#include "json/yaml.h"

namespace lifeboat::cloudformation {
namespace {

Error FormatError(std::string_view what) {
  return InvalidError(fmt::format("Template format error: {}", what));
}

constexpr std::string_view kSections[] = {"AWSTemplateFormatVersion",
                                          "Description",
                                          "Metadata",
                                          "Parameters",
                                          "Mappings",
                                          "Conditions",
                                          "Transform",
                                          "Resources",
                                          "Outputs",
                                          "Globals"};

constexpr std::string_view kResourceMembers[] = {
    "Type",     "Properties",     "DependsOn",          "Condition",
    "Metadata", "DeletionPolicy", "UpdateReplacePolicy"};

template <size_t kCount>
bool IsOneOf(std::string_view name, const std::string_view (&known)[kCount]) {
  return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

bool IsAlphanumeric(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

Status CheckSections(const json::Object& root) {
  for (const auto& [name, value] : root) {
    if (!IsOneOf(name, kSections)) {
      return FormatError(fmt::format("Invalid template property or properties [{}]", name));
    }
    const bool is_text = name == "AWSTemplateFormatVersion" || name == "Description";
    if (name == "Transform") continue;
    if (is_text ? !value.is_string() : !value.is_object()) {
      return FormatError(
          fmt::format("Every {} object must be {}.", name, is_text ? "a string" : "a JSON object"));
    }
  }
  if (root.Has("Globals") && !root.Has("Transform")) {
    return FormatError("Invalid template property or properties [Globals]");
  }
  const json::Value* version = root.Find("AWSTemplateFormatVersion");
  if (version && version->as_string() != "2010-09-09") {
    return FormatError("unsupported value for AWSTemplateFormatVersion.");
  }
  const json::Value* resources = root.Find("Resources");
  if (!resources || resources->as_object().empty()) {
    return FormatError("At least one Resources member must be defined.");
  }
  return {};
}

// Mapping, condition, parameter, output and resource names.
Status CheckName(std::string_view kind, const std::string& name) {
  if (!IsAlphanumeric(name)) {
    return FormatError(fmt::format("{} name {} is non alphanumeric.", kind, name));
  }
  if (name.size() > kMaxNameChars) {
    return FormatError(
        fmt::format("{} name {} is longer than {} characters.", kind, name, kMaxNameChars));
  }
  return {};
}

Status CheckNames(const Template& checked) {
  for (const auto& [section, kind] :
       {std::pair("Parameters", "Parameter"), std::pair("Mappings", "Mapping")}) {
    for (const auto& [name, value] : checked.Section(section)) {
      if (Status status = CheckName(kind, name); !status.ok()) return status;
    }
  }
  return {};
}

Status CheckDescriptions(const Template& checked) {
  if (checked.Description().size() > kMaxDescriptionBytes) {
    return FormatError(
        fmt::format("'Description' length is greater than {}.", kMaxDescriptionBytes));
  }
  for (const auto& [section, limit] : {std::pair("Parameters", kMaxParameterDescriptionBytes),
                                       std::pair("Outputs", kMaxDescriptionBytes)}) {
    for (const auto& [name, member] : checked.Section(section)) {
      if (member.GetString("Description").size() <= limit) continue;
      return FormatError(
          fmt::format("[/{}/{}] 'Description' length is greater than {}.", section, name, limit));
    }
  }
  return {};
}

Status CheckPolicy(const std::string& id, const json::Value& resource, std::string_view attribute) {
  const json::Value* policy = resource.Find(attribute);
  if (!policy) return {};
  const std::string& text = policy->as_string();
  if (text == "Delete" || text == "Retain") return {};
  if (text == "RetainExceptOnCreate" && attribute == "DeletionPolicy") return {};
  if (text == "Snapshot") {
    return InvalidError(
        fmt::format("Template error: resource {} does not support {} Snapshot", id, attribute));
  }
  return FormatError(fmt::format("Unrecognized {} {} for resource {}", attribute, text, id));
}

Status CheckResource(const std::string& id, const json::Value& resource) {
  if (Status status = CheckName("Resource", id); !status.ok()) return status;
  if (!resource.is_object()) return FormatError("Every Resources member must be an object.");
  if (resource.GetString("Type").empty()) {
    return FormatError(
        fmt::format("[/Resources/{}] Every Resources object must contain a Type member.", id));
  }
  for (const auto& [member, value] : resource.as_object()) {
    if (!IsOneOf(member, kResourceMembers)) {
      return FormatError(fmt::format(
          "Invalid resource attribute or unsupported attribute [{}] on resource {}", member, id));
    }
    if (value.is_null() || (member == "Properties" && !value.is_object())) {
      return InvalidError(
          fmt::format("[/Resources/{}/{}] 'null' values are not allowed in templates", id, member));
    }
  }
  for (const char* attribute : {"DeletionPolicy", "UpdateReplacePolicy"}) {
    if (Status checked = CheckPolicy(id, resource, attribute); !checked.ok()) return checked;
  }
  return {};
}

// The place of the first null, as CloudFormation writes it; empty when there is none.
std::string FindNull(const json::Value& value, const std::string& path) {
  if (value.is_null()) return path;
  if (const json::Object* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      if (std::string found = FindNull(member, path + "/" + name); !found.empty()) return found;
    }
  }
  size_t index = 0;
  for (const json::Value& element : value.as_array()) {
    const std::string place = path + "/" + std::to_string(index++);
    if (std::string found = FindNull(element, place); !found.empty()) return found;
  }
  return "";
}

Status CheckNulls(const Template& checked) {
  for (const char* section : {"Parameters", "Mappings", "Conditions", "Resources", "Outputs"}) {
    const std::string found =
        FindNull(json::Value(checked.Section(section)), std::string("/") + section);
    if (!found.empty()) {
      return InvalidError(fmt::format("[{}] 'null' values are not allowed in templates", found));
    }
  }
  return {};
}

Status CheckCounts(const Template& checked) {
  const std::pair<const char*, size_t> limits[] = {{"Resources", kMaxResources},
                                                   {"Parameters", kMaxParameters},
                                                   {"Outputs", kMaxOutputs},
                                                   {"Mappings", kMaxMappings}};
  for (const auto& [section, limit] : limits) {
    const size_t count = checked.Section(section).size();
    if (count > limit) {
      return FormatError(fmt::format("Number of {}, {}, is greater than maximum allowed, {}",
                                     section, count, limit));
    }
  }
  return {};
}

Status CheckOutputs(const Template& checked) {
  for (const auto& [name, output] : checked.Section("Outputs")) {
    if (Status status = CheckName("Output", name); !status.ok()) return status;
    if (!output.Find("Value")) {
      return FormatError(
          fmt::format("[/Outputs/{}] Every Outputs object must contain a Value member.", name));
    }
    for (const auto& [member, value] : output.as_object()) {
      if (member != "Value" && member != "Description" && member != "Export" &&
          member != "Condition") {
        return FormatError(fmt::format("[/Outputs/{}/{}] unsupported member", name, member));
      }
    }
  }
  return {};
}

}  // namespace

const json::Object& Template::Section(std::string_view name) const {
  static const json::Object empty;
  const json::Value* section = root.Find(name);
  return section ? section->as_object() : empty;
}

const json::Value* Template::FindResource(std::string_view logical_id) const {
  return Section("Resources").Find(logical_id);
}

std::vector<std::string> Template::Transforms() const {
  std::vector<std::string> names;
  const json::Value* transform = root.Find("Transform");
  if (!transform) return names;
  if (const std::string* name = transform->if_string()) names.push_back(*name);
  for (const json::Value& name : transform->as_array()) names.push_back(name.as_string());
  return names;
}

std::string Template::Description() const {
  const json::Value* description = root.Find("Description");
  return description ? description->as_string() : "";
}

Result<Template> ParseTemplate(std::string_view body) {
  auto document = json::ParseYaml(body, {.cloudformation = true});
  if (!document.ok()) {
    if (document.error().message.ends_with(json::kAliasRefused)) {
      return InvalidError(fmt::format("Template error: {}", json::kAliasRefused));
    }
    return FormatError(fmt::format("YAML not well-formed. ({})", document.error().message));
  }
  json::Object* root = document->value.if_object();
  if (!root) return FormatError("unsupported structure.");
  Template parsed{std::move(*root)};
  if (Status checked = CheckSections(parsed.root); !checked.ok()) return checked.error();
  return parsed;
}

Status ValidateTemplate(const Template& checked) {
  if (Status status = CheckSections(checked.root); !status.ok()) return status;
  for (const auto& [id, resource] : checked.Section("Resources")) {
    if (Status status = CheckResource(id, resource); !status.ok()) return status;
  }
  for (const auto check : {&CheckNames, &CheckDescriptions, &CheckNulls, &CheckCounts,
                           &CheckOutputs, &CheckReferences}) {
    if (Status status = check(checked); !status.ok()) return status;
  }
  return {};
}

RequiredCapabilities FindRequiredCapabilities(const Template& checked) {
  std::set<std::string> types;
  bool has_name = false;
  for (const auto& [id, resource] : checked.Section("Resources")) {
    const std::string& type = resource.GetString("Type");
    if (!type.starts_with("AWS::IAM::")) continue;
    types.insert(type);
    has_name = has_name || resource.FindPath({"Properties", "RoleName"}) != nullptr;
  }
  if (types.empty()) return {};
  return {
      {has_name ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"},
      fmt::format("The following resource(s) require capabilities: [{}]", fmt::join(types, ", "))};
}

}  // namespace lifeboat::cloudformation
