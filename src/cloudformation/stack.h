// Stacks, their resources and events, and change sets: the records that survive a crash.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cloudformation/status.h"
#include "json/value.h"

namespace lifeboat::cloudformation {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// What a template and its parameters come to, fixed when a stack or a change set is made from
/// them.
struct Plan {
  std::string template_body;         ///< As given.
  json::Object processed;            ///< After the transforms.
  TextPairs parameters;              ///< As text, in the template's order.
  std::vector<std::string> no_echo;  ///< Keys whose values are not shown.
  std::vector<std::string> capabilities;
  TextPairs tags;
  std::string description;
};

struct Resource {
  std::string logical_id;
  std::string type;
  std::set<std::string> dependencies;  ///< Must be complete before this one is made.
  std::string deletion_policy = "Delete";
  /// Part of generated names. Drawn with the stack, so that a repeated call makes the same name.
  std::string suffix;
  std::string status;  ///< Empty until its creation starts.
  std::string reason;
  std::string physical_id;
  json::Object properties;  ///< With all functions evaluated; set when its creation starts.
  json::Object attributes;  ///< What Fn::GetAtt gives.
  WallTime started_at;      ///< When the creation started.
  WallTime updated_at;
};

struct Event {
  std::string id;
  std::string logical_id;
  std::string physical_id;
  std::string type;
  std::string status;
  std::string reason;
  WallTime at;
};

struct Output {
  std::string key;
  std::string value;
  std::string description;
  std::string export_name;  ///< Empty when it is not exported.
};

/// What happens when a resource can't be made.
enum class OnFailure { kRollback, kDelete, kDoNothing };

struct Stack {
  std::string id;  ///< The ARN.
  std::string name;
  std::string status;
  std::string reason;
  WallTime created_at;
  std::optional<WallTime> deleted_at;
  OnFailure on_failure = OnFailure::kRollback;
  Plan plan;
  std::map<std::string, bool, std::less<>> conditions;
  std::map<std::string, Resource, std::less<>> resources;
  std::vector<Output> outputs;
  std::set<std::string> imports;  ///< Names of exports that its template uses.
  std::string change_set_id;      ///< The one that it was made from; may be empty.
  std::vector<Event> events;      ///< Oldest first.
  size_t stored_events = 0;       ///< How many of them are in the engine already.

  bool deleted() const { return status == status::kDeleteComplete; }
};

struct ChangeSet {
  std::string id;  ///< The ARN.
  std::string name;
  std::string stack_id;
  std::string stack_name;
  std::string description;
  std::string status;
  std::string reason;
  std::string execution_status;
  OnFailure on_failure = OnFailure::kRollback;
  WallTime created_at;
  bool is_create = true;
  Plan plan;
};

json::Value ToJson(const Stack& stack);
Result<Stack> StackFromJson(const json::Value& value);
json::Value ToJson(const Plan& plan);
Plan PlanFromJson(const json::Value& value);
json::Value ToJson(const Event& event);
Event EventFromJson(const json::Value& value);
json::Value ToJson(const ChangeSet& change_set);
Result<ChangeSet> ChangeSetFromJson(const json::Value& value);

}  // namespace lifeboat::cloudformation
