#include "cloudformation/live_references.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cloudformation/references.h"

namespace lifeboat::cloudformation {
namespace {

class LiveChecker {
 public:
  LiveChecker(const Template& checked, const Scope& scope, std::set<std::string>& imports)
      : template_(checked), scope_(scope), imports_(imports) {
    // Maps and names of exports may depend on parameters alone.
    scope_.physical_id = nullptr;
    scope_.attribute = nullptr;
    scope_.import = nullptr;
  }

  Status Run() {
    for (const auto& [name, condition] : template_.Section("Conditions")) {
      if (Status status = CheckValues(FindReferences(condition)); !status.ok()) return status;
    }
    for (const auto& [id, resource] : template_.Section("Resources")) {
      const json::Value* properties = resource.Find("Properties");
      if (!properties || !IsLive(resource)) continue;
      if (Status status = CheckBlock(*properties, "Resources"); !status.ok()) return status;
    }
    for (const auto& [name, output] : template_.Section("Outputs")) {
      if (!IsLive(output)) continue;
      if (Status status = CheckBlock(output, "Outputs"); !status.ok()) return status;
    }
    return {};
  }

 private:
  bool IsLive(const json::Value& member) const {
    const auto condition = scope_.conditions->find(member.GetString("Condition"));
    return condition == scope_.conditions->end() || condition->second;
  }

  Status CheckBlock(const json::Value& value, std::string_view block) {
    const References found = FindReferences(value, scope_.conditions);
    std::set<std::string> dead;
    for (const auto* names : {&found.names, &found.attributes}) {
      for (const std::string& name : *names) {
        const json::Value* resource = template_.FindResource(name);
        if (resource && !IsLive(*resource)) dead.insert(name);
      }
    }
    if (dead.empty()) return CheckValues(found);
    return InvalidError(fmt::format(
        "Template format error: Unresolved resource dependencies [{}] in the {} block of the "
        "template",
        fmt::join(dead, ", "), block));
  }

  Status CheckValues(const References& found) {
    for (const json::Value* argument : found.maps) {
      const auto value = Evaluate(json::Object{{"Fn::FindInMap", *argument}}, scope_);
      if (!value.ok()) return value.error();
    }
    for (const json::Value* argument : found.imports) {
      const auto name = Evaluate(*argument, scope_);
      const auto text = name.ok() && *name ? ScalarText(**name) : std::nullopt;
      if (!text) {
        return InvalidError(
            "Template error: the attribute in Fn::ImportValue must not depend on any resources, "
            "imported values, or Fn::GetAZs");
      }
      imports_.insert(*text);
    }
    return {};
  }

  const Template& template_;
  Scope scope_;
  std::set<std::string>& imports_;
};

}  // namespace

Status CheckLiveReferences(const Template& checked, const Scope& scope,
                           std::set<std::string>& imports) {
  return LiveChecker(checked, scope, imports).Run();
}

}  // namespace lifeboat::cloudformation
