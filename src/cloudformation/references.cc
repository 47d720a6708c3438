#include "cloudformation/references.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cloudformation/errors.h"
#include "cloudformation/intrinsics.h"

namespace lifeboat::cloudformation {
namespace {

class Finder {
 public:
  explicit Finder(const ConditionValues* conditions) : conditions_(conditions) {}
  void Visit(const json::Value& value);
  References found;

 private:
  void VisitFunction(const std::string& name, const json::Value& argument);
  void VisitSub(const json::Value& argument);
  void VisitIf(const json::Value& argument);

  const ConditionValues* conditions_;
};

void Finder::Visit(const json::Value& value) {
  if (const json::Object* object = value.if_object()) {
    if (const auto* function = AsIntrinsic(*object)) {
      VisitFunction(function->first, function->second);
      return;
    }
    for (const auto& [name, member] : *object) Visit(member);
  }
  for (const json::Value& element : value.as_array()) Visit(element);
}

void Finder::VisitFunction(const std::string& name, const json::Value& argument) {
  if (name == "Ref") {
    found.names.insert(argument.as_string());
  } else if (name == "Condition") {
    found.conditions.insert(argument.as_string());
  } else if (name == "Fn::GetAtt") {
    const json::Array& parts = argument.as_array();
    const std::string& text = parts.empty() ? argument.as_string() : parts[0].as_string();
    found.attributes.insert(text.substr(0, text.find('.')));
    for (const json::Value& part : parts) Visit(part);
  } else if (name == "Fn::Sub") {
    VisitSub(argument);
  } else if (name == "Fn::If") {
    VisitIf(argument);
  } else {
    if (!IsSupportedIntrinsic(name)) found.unknown_functions.push_back(name);
    if (name == "Fn::FindInMap") found.maps.push_back(&argument);
    if (name == "Fn::ImportValue") found.imports.push_back(&argument);
    Visit(argument);
  }
}

void Finder::VisitSub(const json::Value& argument) {
  const json::Array& parts = argument.as_array();
  const std::string& text = parts.empty() ? argument.as_string() : parts[0].as_string();
  const json::Object& own = parts.size() > 1 ? parts[1].as_object() : json::Value().as_object();
  for (const std::string& variable : FindSubVariables(text)) {
    if (own.Has(variable)) continue;
    const size_t dot = variable.find('.');
    if (dot == std::string::npos) {
      found.names.insert(variable);
    } else {
      found.attributes.insert(variable.substr(0, dot));
    }
  }
  for (const auto& [name, value] : own) Visit(value);
}

void Finder::VisitIf(const json::Value& argument) {
  const json::Array& parts = argument.as_array();
  if (parts.size() != 3) return;  // Evaluation says so.
  const std::string& condition = parts[0].as_string();
  found.conditions.insert(condition);
  const auto value = conditions_ ? conditions_->find(condition) : ConditionValues::const_iterator();
  if (conditions_ && value != conditions_->end()) return Visit(parts[value->second ? 1 : 2]);
  Visit(parts[1]);
  Visit(parts[2]);
}

std::vector<std::string> DependsOnOf(const json::Value& resource) {
  std::vector<std::string> names;
  const json::Value* depends = resource.Find("DependsOn");
  if (!depends) return names;
  if (const std::string* name = depends->if_string()) names.push_back(*name);
  for (const json::Value& name : depends->as_array()) names.push_back(name.as_string());
  return names;
}

Status CheckNames(const Template& checked, const References& found, std::string_view block) {
  std::set<std::string> missing;
  for (const std::string& name : found.names) {
    if (!checked.FindResource(name) && !checked.Section("Parameters").Has(name) &&
        !IsPseudoParameter(name)) {
      missing.insert(name);
    }
  }
  if (!missing.empty()) {
    return InvalidError(
        fmt::format("Template format error: Unresolved resource dependencies [{}] in the {} block "
                    "of the template",
                    fmt::join(missing, ", "), block));
  }
  for (const std::string& name : found.attributes) {
    if (!checked.FindResource(name)) {
      return InvalidError(fmt::format(
          "Template error: instance of Fn::GetAtt references undefined resource {}", name));
    }
  }
  for (const std::string& name : found.conditions) {
    if (!checked.Section("Conditions").Has(name)) {
      return InvalidError(
          fmt::format("Template format error: Unresolved condition dependency {} in the {} block "
                      "of the template",
                      name, block));
    }
  }
  if (!found.unknown_functions.empty()) {
    return InvalidError(NotSupported(
        fmt::format("Function {} in the {} block", found.unknown_functions.front(), block)));
  }
  return {};
}

References FindInBlock(const json::Value& member, bool is_resource) {
  References found = is_resource ? References{} : FindReferences(member);
  if (const json::Value* properties = member.Find("Properties"); is_resource && properties) {
    found = FindReferences(*properties);
  }
  if (const json::Value* condition = member.Find("Condition")) {
    found.conditions.insert(condition->as_string());
  }
  if (is_resource) {
    for (std::string& name : DependsOnOf(member)) found.names.insert(std::move(name));
  }
  return found;
}

// Conditions see parameters, mappings and each other, not resources.
Status CheckConditions(const Template& checked) {
  for (const auto& [name, condition] : checked.Section("Conditions")) {
    const References found = FindReferences(condition);
    for (const std::string& used : found.names) {
      if (checked.Section("Parameters").Has(used) || IsPseudoParameter(used)) continue;
      return InvalidError(fmt::format(
          "Template format error: Unresolved dependencies [{}]. Cannot reference resources in the "
          "Conditions block of the template",
          used));
    }
    if (Status status = CheckNames(checked, found, "Conditions"); !status.ok()) return status;
  }
  return {};
}

// Depth-first search over "must come before"; a grey resource met again closes a circle.
class CircleFinder {
 public:
  explicit CircleFinder(const std::map<std::string, std::set<std::string>>& edges)
      : edges_(edges) {}

  std::vector<std::string> Find() {
    for (const auto& [id, dependencies] : edges_) {
      if (Visit(id)) return circle_;
    }
    return {};
  }

 private:
  bool Visit(const std::string& id) {
    if (done_.contains(id)) return false;
    const auto on_path = std::find(path_.begin(), path_.end(), id);
    if (on_path != path_.end()) {
      circle_.assign(on_path, path_.end());
      return true;
    }
    path_.push_back(id);
    for (const std::string& dependency : edges_.at(id)) {
      if (Visit(dependency)) return true;
    }
    path_.pop_back();
    done_.insert(id);
    return false;
  }

  const std::map<std::string, std::set<std::string>>& edges_;
  std::vector<std::string> path_;
  std::vector<std::string> circle_;
  std::set<std::string> done_;
};

}  // namespace

References FindReferences(const json::Value& value, const ConditionValues* conditions) {
  Finder finder(conditions);
  finder.Visit(value);
  return std::move(finder.found);
}

std::vector<std::string> FindSubVariables(std::string_view text) {
  std::vector<std::string> variables;
  for (size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const std::string_view name = text.substr(at + 2, end - at - 2);
    if (!name.starts_with('!')) variables.emplace_back(name);
    at = end;
  }
  return variables;
}

std::optional<std::string> FindDynamicReference(const json::Value& value) {
  const std::string& text = value.as_string();
  if (const size_t at = text.find("{{resolve:"); at != std::string::npos) {
    const size_t end = text.find("}}", at);
    if (end != std::string::npos) return text.substr(at, end + 2 - at);
  }
  for (const auto& [name, member] : value.as_object()) {
    if (auto found = FindDynamicReference(member)) return found;
  }
  for (const json::Value& element : value.as_array()) {
    if (auto found = FindDynamicReference(element)) return found;
  }
  return std::nullopt;
}

Status CheckReferences(const Template& checked) {
  if (Status status = CheckConditions(checked); !status.ok()) return status;
  for (const auto& [id, resource] : checked.Section("Resources")) {
    const References found = FindInBlock(resource, true);
    if (Status status = CheckNames(checked, found, "Resources"); !status.ok()) return status;
  }
  for (const auto& [name, output] : checked.Section("Outputs")) {
    const References found = FindInBlock(output, false);
    if (Status status = CheckNames(checked, found, "Outputs"); !status.ok()) return status;
  }
  return {};
}

Result<std::map<std::string, std::set<std::string>>> FindDependencies(
    const Template& checked, const ConditionValues& conditions) {
  std::map<std::string, std::set<std::string>> edges;
  for (const auto& [id, resource] : checked.Section("Resources")) {
    const json::Value* condition = resource.Find("Condition");
    const auto value = condition ? conditions.find(condition->as_string()) : conditions.end();
    if (value != conditions.end() && !value->second) continue;
    edges[id];
  }
  for (auto& [id, dependencies] : edges) {
    const json::Value& resource = *checked.FindResource(id);
    References found;
    if (const json::Value* properties = resource.Find("Properties")) {
      found = FindReferences(*properties, &conditions);
    }
    for (const auto* names : {&found.names, &found.attributes}) {
      for (const std::string& name : *names) {
        if (edges.contains(name)) dependencies.insert(name);
      }
    }
    for (const std::string& name : DependsOnOf(resource)) {
      if (edges.contains(name)) dependencies.insert(name);
    }
  }
  const std::vector<std::string> circle = CircleFinder(edges).Find();
  if (!circle.empty()) {
    return InvalidError(
        fmt::format("Circular dependency between resources: [{}]", fmt::join(circle, ", ")));
  }
  return edges;
}

bool IsPseudoParameter(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue",   "AWS::Partition",
      "AWS::Region",    "AWS::StackId",          "AWS::StackName", "AWS::URLSuffix"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace lifeboat::cloudformation
