#include "cloudformation/stack.h"

namespace lifeboat::cloudformation {
namespace {

json::Value FromPairs(const TextPairs& pairs) {
  json::Array out;
  for (const auto& [key, value] : pairs) out.push_back(json::Array{key, value});
  return out;
}

TextPairs ToPairs(const json::Value* value) {
  TextPairs out;
  if (!value) return out;
  for (const json::Value& pair : value->as_array()) {
    if (pair.as_array().size() != 2) continue;
    out.emplace_back(pair.as_array()[0].as_string(), pair.as_array()[1].as_string());
  }
  return out;
}

template <class Texts>
json::Value FromTexts(const Texts& texts) {
  json::Array out;
  for (const std::string& text : texts) out.push_back(text);
  return out;
}

std::vector<std::string> ToTexts(const json::Value* value) {
  std::vector<std::string> out;
  if (!value) return out;
  for (const json::Value& text : value->as_array()) out.push_back(text.as_string());
  return out;
}

std::set<std::string> ToSet(const json::Value* value) {
  const std::vector<std::string> texts = ToTexts(value);
  return {texts.begin(), texts.end()};
}

WallTime TimeMember(const json::Value& value, std::string_view name) {
  const json::Value* member = value.Find(name);
  return WallTime::FromMillis(member ? member->as_int() : 0);
}

json::Object ObjectMember(const json::Value& value, std::string_view name) {
  const json::Value* member = value.Find(name);
  return member ? member->as_object() : json::Object();
}

json::Value ToJson(const Resource& resource) {
  return json::Object{{"logical_id", resource.logical_id},
                      {"type", resource.type},
                      {"dependencies", FromTexts(resource.dependencies)},
                      {"deletion_policy", resource.deletion_policy},
                      {"suffix", resource.suffix},
                      {"status", resource.status},
                      {"reason", resource.reason},
                      {"physical_id", resource.physical_id},
                      {"properties", resource.properties},
                      {"attributes", resource.attributes},
                      {"started_ms", resource.started_at.millis()},
                      {"updated_ms", resource.updated_at.millis()}};
}

Resource ResourceFromJson(const json::Value& value) {
  Resource resource;
  resource.logical_id = value.GetString("logical_id");
  resource.type = value.GetString("type");
  resource.dependencies = ToSet(value.Find("dependencies"));
  resource.deletion_policy = value.GetString("deletion_policy");
  resource.suffix = value.GetString("suffix");
  resource.status = value.GetString("status");
  resource.reason = value.GetString("reason");
  resource.physical_id = value.GetString("physical_id");
  resource.properties = ObjectMember(value, "properties");
  resource.attributes = ObjectMember(value, "attributes");
  resource.started_at = TimeMember(value, "started_ms");
  resource.updated_at = TimeMember(value, "updated_ms");
  return resource;
}

json::Value ToJson(const Output& output) {
  return json::Object{{"key", output.key},
                      {"value", output.value},
                      {"description", output.description},
                      {"export_name", output.export_name}};
}

std::string_view WordOf(OnFailure on_failure) {
  switch (on_failure) {
    case OnFailure::kRollback:
      return "ROLLBACK";
    case OnFailure::kDelete:
      return "DELETE";
    case OnFailure::kDoNothing:
      return "DO_NOTHING";
  }
  return "ROLLBACK";
}

OnFailure OnFailureFrom(std::string_view word) {
  if (word == "DELETE") return OnFailure::kDelete;
  if (word == "DO_NOTHING") return OnFailure::kDoNothing;
  return OnFailure::kRollback;
}

}  // namespace

json::Value ToJson(const Plan& plan) {
  return json::Object{{"template_body", plan.template_body},
                      {"processed", plan.processed},
                      {"parameters", FromPairs(plan.parameters)},
                      {"no_echo", FromTexts(plan.no_echo)},
                      {"capabilities", FromTexts(plan.capabilities)},
                      {"tags", FromPairs(plan.tags)},
                      {"description", plan.description}};
}

Plan PlanFromJson(const json::Value& value) {
  Plan plan;
  plan.template_body = value.GetString("template_body");
  plan.processed = ObjectMember(value, "processed");
  plan.parameters = ToPairs(value.Find("parameters"));
  plan.no_echo = ToTexts(value.Find("no_echo"));
  plan.capabilities = ToTexts(value.Find("capabilities"));
  plan.tags = ToPairs(value.Find("tags"));
  plan.description = value.GetString("description");
  return plan;
}

json::Value ToJson(const Event& event) {
  return json::Object{{"id", event.id},
                      {"logical_id", event.logical_id},
                      {"type", event.type},
                      {"physical_id", event.physical_id},
                      {"status", event.status},
                      {"reason", event.reason},
                      {"at_ms", event.at.millis()}};
}

Event EventFromJson(const json::Value& value) {
  return {value.GetString("id"),     value.GetString("logical_id"), value.GetString("physical_id"),
          value.GetString("type"),   value.GetString("status"),     value.GetString("reason"),
          TimeMember(value, "at_ms")};
}

json::Value ToJson(const Stack& stack) {
  json::Object conditions;
  for (const auto& [name, value] : stack.conditions) conditions.Append(name, value);
  json::Array resources;
  for (const auto& [id, resource] : stack.resources) resources.push_back(ToJson(resource));
  json::Array outputs;
  for (const Output& output : stack.outputs) outputs.push_back(ToJson(output));
  json::Object out{{"id", stack.id},
                   {"name", stack.name},
                   {"status", stack.status},
                   {"reason", stack.reason},
                   {"created_ms", stack.created_at.millis()},
                   {"on_failure", WordOf(stack.on_failure)},
                   {"conditions", std::move(conditions)},
                   {"resources", std::move(resources)},
                   {"outputs", std::move(outputs)},
                   {"imports", FromTexts(stack.imports)},
                   {"change_set_id", stack.change_set_id}};
  if (stack.deleted_at) out.Set("deleted_ms", stack.deleted_at->millis());
  return out;
}

Result<Stack> StackFromJson(const json::Value& value) {
  Stack stack;
  stack.id = value.GetString("id");
  stack.name = value.GetString("name");
  stack.status = value.GetString("status");
  if (stack.id.empty() || stack.name.empty() || stack.status.empty()) {
    return Error{ErrorCode::kCorrupt, "a stored stack is not what was written"};
  }
  stack.reason = value.GetString("reason");
  stack.created_at = TimeMember(value, "created_ms");
  if (value.Find("deleted_ms")) stack.deleted_at = TimeMember(value, "deleted_ms");
  stack.on_failure = OnFailureFrom(value.GetString("on_failure"));
  for (const auto& [name, holds] : ObjectMember(value, "conditions")) {
    stack.conditions[name] = holds.as_bool();
  }
  if (const json::Value* resources = value.Find("resources")) {
    for (const json::Value& element : resources->as_array()) {
      Resource resource = ResourceFromJson(element);
      stack.resources[resource.logical_id] = std::move(resource);
    }
  }
  if (const json::Value* outputs = value.Find("outputs")) {
    for (const json::Value& output : outputs->as_array()) {
      stack.outputs.push_back({output.GetString("key"), output.GetString("value"),
                               output.GetString("description"), output.GetString("export_name")});
    }
  }
  stack.imports = ToSet(value.Find("imports"));
  stack.change_set_id = value.GetString("change_set_id");
  return stack;
}

json::Value ToJson(const ChangeSet& change_set) {
  return json::Object{{"id", change_set.id},
                      {"name", change_set.name},
                      {"stack_id", change_set.stack_id},
                      {"stack_name", change_set.stack_name},
                      {"description", change_set.description},
                      {"status", change_set.status},
                      {"reason", change_set.reason},
                      {"execution_status", change_set.execution_status},
                      {"on_failure", WordOf(change_set.on_failure)},
                      {"created_ms", change_set.created_at.millis()},
                      {"is_create", change_set.is_create},
                      {"plan", ToJson(change_set.plan)}};
}

Result<ChangeSet> ChangeSetFromJson(const json::Value& value) {
  ChangeSet change_set;
  change_set.id = value.GetString("id");
  if (change_set.id.empty()) {
    return Error{ErrorCode::kCorrupt, "a stored change set is not what was written"};
  }
  change_set.name = value.GetString("name");
  change_set.stack_id = value.GetString("stack_id");
  change_set.stack_name = value.GetString("stack_name");
  change_set.description = value.GetString("description");
  change_set.status = value.GetString("status");
  change_set.reason = value.GetString("reason");
  change_set.execution_status = value.GetString("execution_status");
  change_set.on_failure = OnFailureFrom(value.GetString("on_failure"));
  change_set.created_at = TimeMember(value, "created_ms");
  const json::Value* is_create = value.Find("is_create");
  change_set.is_create = !is_create || is_create->as_bool();
  if (const json::Value* plan = value.Find("plan")) change_set.plan = PlanFromJson(*plan);
  return change_set;
}

}  // namespace lifeboat::cloudformation
