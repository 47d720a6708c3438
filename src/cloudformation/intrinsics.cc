#include "cloudformation/intrinsics.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/errors.h"
#include "cloudformation/limits.h"

namespace lifeboat::cloudformation {
namespace {

using Evaluated = Result<std::optional<json::Value>>;

Error TemplateError(std::string_view what) {
  return InvalidError(fmt::format("Template error: {}", what));
}
Error TooLong() {
  return TemplateError(fmt::format("a text grows over {} bytes", kMaxEvaluatedBytes));
}

class Evaluator {
 public:
  explicit Evaluator(const Scope& scope) : scope_(scope) {}
  Evaluated Value(const json::Value& value) const;

 private:
  using Function = Evaluated (Evaluator::*)(const json::Value& argument) const;
  static Function Find(std::string_view name);

  Evaluated ObjectOf(const json::Object& object) const;
  Evaluated ArrayOf(const json::Array& array) const;

  Evaluated Ref(const json::Value& argument) const;
  Evaluated Condition(const json::Value& argument) const;
  Evaluated GetAtt(const json::Value& argument) const;
  Evaluated Sub(const json::Value& argument) const;
  Evaluated Join(const json::Value& argument) const;
  Evaluated Select(const json::Value& argument) const;
  Evaluated Split(const json::Value& argument) const;
  Evaluated If(const json::Value& argument) const;
  Evaluated Equals(const json::Value& argument) const;
  Evaluated And(const json::Value& argument) const;
  Evaluated Or(const json::Value& argument) const;
  Evaluated Not(const json::Value& argument) const;
  Evaluated FindInMap(const json::Value& argument) const;
  Evaluated ImportValue(const json::Value& argument) const;
  Evaluated Base64(const json::Value& argument) const;
  Evaluated GetAZs(const json::Value& argument) const;
  Evaluated Length(const json::Value& argument) const;
  Evaluated ToJsonString(const json::Value& argument) const;

  Evaluated Name(std::string_view name) const;
  Evaluated Attribute(std::string_view logical_id, std::string_view attribute) const;
  /// The argument evaluated to a text; the error names `function`.
  Result<std::string> Text(const json::Value& value, std::string_view function) const;
  Result<json::Array> List(const json::Value& value, std::string_view function) const;
  Result<std::vector<bool>> Booleans(const json::Value& value, std::string_view function,
                                     size_t min, size_t max) const;

  const Scope& scope_;
};

Evaluator::Function Evaluator::Find(std::string_view name) {
  static const std::map<std::string_view, Function> kFunctions = {
      {"Ref", &Evaluator::Ref},
      {"Condition", &Evaluator::Condition},
      {"Fn::GetAtt", &Evaluator::GetAtt},
      {"Fn::Sub", &Evaluator::Sub},
      {"Fn::Join", &Evaluator::Join},
      {"Fn::Select", &Evaluator::Select},
      {"Fn::Split", &Evaluator::Split},
      {"Fn::If", &Evaluator::If},
      {"Fn::Equals", &Evaluator::Equals},
      {"Fn::And", &Evaluator::And},
      {"Fn::Or", &Evaluator::Or},
      {"Fn::Not", &Evaluator::Not},
      {"Fn::FindInMap", &Evaluator::FindInMap},
      {"Fn::ImportValue", &Evaluator::ImportValue},
      {"Fn::Base64", &Evaluator::Base64},
      {"Fn::GetAZs", &Evaluator::GetAZs},
      {"Fn::Length", &Evaluator::Length},
      {"Fn::ToJsonString", &Evaluator::ToJsonString},
  };
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

Evaluated Evaluator::Value(const json::Value& value) const {
  if (const json::Object* object = value.if_object()) return ObjectOf(*object);
  if (const json::Array* array = value.if_array()) return ArrayOf(*array);
  return std::optional(value);
}

Evaluated Evaluator::ObjectOf(const json::Object& object) const {
  if (const auto* call = AsIntrinsic(object)) {
    const Function function = Find(call->first);
    if (!function) return InvalidError(NotSupported("Function " + call->first));
    return (this->*function)(call->second);
  }
  json::Object out;
  for (const auto& [name, member] : object) {
    Evaluated value = Value(member);
    if (!value.ok()) return value;
    if (*value) out.Append(name, std::move(**value));
  }
  return std::optional(json::Value(std::move(out)));
}

Evaluated Evaluator::ArrayOf(const json::Array& array) const {
  json::Array out;
  for (const json::Value& element : array) {
    Evaluated value = Value(element);
    if (!value.ok()) return value;
    if (*value) out.push_back(std::move(**value));
  }
  return std::optional(json::Value(std::move(out)));
}

Result<std::string> Evaluator::Text(const json::Value& value, std::string_view function) const {
  const Evaluated evaluated = Value(value);
  if (!evaluated.ok()) return evaluated.error();
  const auto text = *evaluated ? ScalarText(**evaluated) : std::nullopt;
  if (!text) return TemplateError(fmt::format("every {} argument must be a text", function));
  return *text;
}

Result<json::Array> Evaluator::List(const json::Value& value, std::string_view function) const {
  Evaluated evaluated = Value(value);
  if (!evaluated.ok()) return evaluated.error();
  json::Array* list = *evaluated ? (*evaluated)->if_array() : nullptr;
  if (!list) return TemplateError(fmt::format("{} needs a list", function));
  return std::move(*list);
}

Result<std::vector<bool>> Evaluator::Booleans(const json::Value& value, std::string_view function,
                                              size_t min, size_t max) const {
  const json::Array* list = value.if_array();
  if (!list || list->size() < min || list->size() > max) {
    return TemplateError(
        fmt::format("every {} object requires a list of {} to {} conditions", function, min, max));
  }
  std::vector<bool> out;
  for (const json::Value& element : *list) {
    const Evaluated evaluated = Value(element);
    if (!evaluated.ok()) return evaluated.error();
    const bool* boolean = *evaluated ? (*evaluated)->if_bool() : nullptr;
    if (!boolean) return TemplateError(fmt::format("{} takes conditions only", function));
    out.push_back(*boolean);
  }
  return out;
}

Evaluated Evaluator::Name(std::string_view name) const {
  if (name == "AWS::NoValue") return std::optional<json::Value>();
  const std::pair<std::string_view, std::string_view> pseudo[] = {
      {"AWS::AccountId", scope_.account},    {"AWS::Partition", "aws"},
      {"AWS::Region", scope_.region},        {"AWS::StackId", scope_.stack_id},
      {"AWS::StackName", scope_.stack_name}, {"AWS::URLSuffix", "amazonaws.com"}};
  for (const auto& [pseudo_name, value] : pseudo) {
    if (name == pseudo_name) return std::optional(json::Value(value));
  }
  if (name == "AWS::NotificationARNs") return std::optional(json::Value(json::Array()));
  if (scope_.parameters) {
    const auto it = scope_.parameters->find(std::string(name));
    if (it != scope_.parameters->end()) return std::optional(it->second);
  }
  if (scope_.physical_id) {
    if (auto id = scope_.physical_id(name)) return std::optional(json::Value(*id));
  }
  return InvalidError(fmt::format(
      "Template format error: Unresolved resource dependencies [{}] in the Resources block of the "
      "template",
      name));
}

Evaluated Evaluator::Attribute(std::string_view logical_id, std::string_view attribute) const {
  if (scope_.attribute) {
    if (auto value = scope_.attribute(logical_id, attribute)) return std::optional(*value);
  }
  return TemplateError(fmt::format("resource {} does not support attribute type {} in Fn::GetAtt",
                                   logical_id, attribute));
}

Evaluated Evaluator::Ref(const json::Value& argument) const {
  const std::string* name = argument.if_string();
  if (!name) return TemplateError("all Ref values must be a text");
  return Name(*name);
}

Evaluated Evaluator::Condition(const json::Value& argument) const {
  const auto it = scope_.conditions ? scope_.conditions->find(argument.as_string())
                                    : ConditionValues::const_iterator();
  if (!scope_.conditions || it == scope_.conditions->end()) {
    return TemplateError("unresolved condition " + argument.as_string());
  }
  return std::optional(json::Value(it->second));
}

Evaluated Evaluator::GetAtt(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  if (const std::string* text = argument.if_string()) {
    const size_t dot = text->find('.');
    if (dot != std::string::npos) return Attribute(text->substr(0, dot), text->substr(dot + 1));
  }
  if (parts.size() != 2 || !parts[0].is_string()) {
    return TemplateError(
        "every Fn::GetAtt object requires two non-empty parameters, the resource name and the "
        "resource attribute");
  }
  const auto attribute = Text(parts[1], "Fn::GetAtt");
  if (!attribute.ok()) return attribute.error();
  return Attribute(parts[0].as_string(), *attribute);
}

Evaluated Evaluator::Sub(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  const std::string* text = argument.if_string();
  if (!text && parts.size() == 2 && parts[1].is_object()) text = parts[0].if_string();
  if (!text) {
    return TemplateError(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a "
        "string as first argument, and an optional second argument to specify a mapping of values "
        "to replace in the string");
  }
  const json::Object& own = parts.empty() ? json::Value().as_object() : parts[1].as_object();
  std::string out;
  size_t from = 0;
  for (size_t at = text->find("${"); at != std::string::npos; at = text->find("${", from)) {
    const size_t end = text->find('}', at);
    if (end == std::string::npos) break;
    out.append(*text, from, at - from);
    from = end + 1;
    const std::string name = text->substr(at + 2, end - at - 2);
    if (name.starts_with('!')) {
      out += "${" + name.substr(1) + "}";
      continue;
    }
    const size_t dot = name.find('.');
    const json::Value* given = own.Find(name);
    Evaluated value = given ? Value(*given)
                      : dot == std::string::npos
                          ? Name(name)
                          : Attribute(name.substr(0, dot), name.substr(dot + 1));
    if (!value.ok()) return value;
    const auto replacement = *value ? ScalarText(**value) : std::nullopt;
    if (!replacement) return TemplateError("Fn::Sub: ${" + name + "} is not a text");
    out += *replacement;
    if (out.size() > kMaxEvaluatedBytes) return TooLong();
  }
  out.append(*text, from);
  return std::optional(json::Value(std::move(out)));
}

Evaluated Evaluator::Join(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  const std::string* delimiter = parts.size() == 2 ? parts[0].if_string() : nullptr;
  if (!delimiter) {
    return TemplateError(
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of "
        "strings to be joined or a function that returns a list of strings");
  }
  const auto list = List(parts[1], "Fn::Join");
  if (!list.ok()) return list.error();
  std::string out;
  for (size_t i = 0; i < list->size(); ++i) {
    const auto text = ScalarText((*list)[i]);
    if (!text) return TemplateError("every Fn::Join element must be a text");
    if (i > 0) out += *delimiter;
    out += *text;
    if (out.size() > kMaxEvaluatedBytes) return TooLong();
  }
  return std::optional(json::Value(std::move(out)));
}

Evaluated Evaluator::Select(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  if (parts.size() != 2) return TemplateError("Fn::Select requires a list of two parameters");
  const auto index_text = Text(parts[0], "Fn::Select");
  if (!index_text.ok()) return index_text.error();
  const auto list = List(parts[1], "Fn::Select");
  if (!list.ok()) return list.error();
  const auto index = ParseUint(*index_text);
  if (!index || *index >= list->size()) {
    return TemplateError("Fn::Select cannot select nonexistent value at index " + *index_text);
  }
  return std::optional((*list)[*index]);
}

Evaluated Evaluator::Split(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  const std::string* delimiter = parts.size() == 2 ? parts[0].if_string() : nullptr;
  if (!delimiter || delimiter->empty()) {
    return TemplateError(
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string "
        "to be split or a function that returns a string to be split");
  }
  const auto text = Text(parts[1], "Fn::Split");
  if (!text.ok()) return text.error();
  json::Array out;
  size_t from = 0;
  for (size_t at = text->find(*delimiter); at != std::string::npos;
       at = text->find(*delimiter, from)) {
    out.push_back(text->substr(from, at - from));
    from = at + delimiter->size();
  }
  out.push_back(text->substr(from));
  return std::optional(json::Value(std::move(out)));
}

Evaluated Evaluator::If(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  if (parts.size() != 3 || !parts[0].is_string()) {
    return TemplateError("Fn::If requires a list argument with three elements");
  }
  const Evaluated condition = Condition(parts[0]);
  if (!condition.ok()) return condition;
  return Value(parts[(*condition)->as_bool() ? 1 : 2]);
}

Evaluated Evaluator::Equals(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  if (parts.size() != 2) return TemplateError("Fn::Equals requires a list with two parameters");
  const Evaluated left = Value(parts[0]);
  const Evaluated right = Value(parts[1]);
  if (!left.ok()) return left;
  if (!right.ok()) return right;
  if (!*left || !*right) return TemplateError("Fn::Equals cannot compare AWS::NoValue");
  const auto left_text = ScalarText(**left);
  const auto right_text = ScalarText(**right);
  const bool equal = left_text && right_text ? *left_text == *right_text : **left == **right;
  return std::optional(json::Value(equal));
}

Evaluated Evaluator::And(const json::Value& argument) const {
  const auto values = Booleans(argument, "Fn::And", 2, 10);
  if (!values.ok()) return values.error();
  return std::optional(
      json::Value(std::all_of(values->begin(), values->end(), [](bool b) { return b; })));
}

Evaluated Evaluator::Or(const json::Value& argument) const {
  const auto values = Booleans(argument, "Fn::Or", 2, 10);
  if (!values.ok()) return values.error();
  return std::optional(
      json::Value(std::any_of(values->begin(), values->end(), [](bool b) { return b; })));
}

Evaluated Evaluator::Not(const json::Value& argument) const {
  const auto values = Booleans(argument, "Fn::Not", 1, 1);
  if (!values.ok()) return values.error();
  return std::optional(json::Value(!values->front()));
}

Evaluated Evaluator::FindInMap(const json::Value& argument) const {
  const json::Array& parts = argument.as_array();
  if (parts.size() != 3) {
    return TemplateError(
        "every Fn::FindInMap object requires three parameters, the map name, map key and the "
        "attribute for return value");
  }
  std::string keys[3];
  for (size_t i = 0; i < 3; ++i) {
    auto key = Text(parts[i], "Fn::FindInMap");
    if (!key.ok()) return key.error();
    keys[i] = std::move(*key);
  }
  const json::Value* map = scope_.mappings ? scope_.mappings->Find(keys[0]) : nullptr;
  if (!map) {
    return TemplateError(fmt::format(
        "Mapping named '{}' is not present in the 'Mappings' section of template.", keys[0]));
  }
  const json::Value* found = map->FindPath({keys[1], keys[2]});
  if (!found) {
    return TemplateError(
        fmt::format("Unable to get mapping for {}::{}::{}", keys[0], keys[1], keys[2]));
  }
  return std::optional(*found);
}

Evaluated Evaluator::ImportValue(const json::Value& argument) const {
  const auto name = Text(argument, "Fn::ImportValue");
  if (!name.ok()) return name.error();
  const auto value = scope_.import ? scope_.import(*name) : std::nullopt;
  if (!value) return InvalidError("No export named " + *name + " found");
  return std::optional(json::Value(*value));
}

Evaluated Evaluator::Base64(const json::Value& argument) const {
  const auto text = Text(argument, "Fn::Base64");
  if (!text.ok()) return text.error();
  if (text->size() > kMaxEvaluatedBytes / 2) return TooLong();
  return std::optional(json::Value(Base64Encode(*text)));
}

// Each region of the aws partition has at least three zones; the first three are given.
Evaluated Evaluator::GetAZs(const json::Value& argument) const {
  const auto text = Text(argument, "Fn::GetAZs");
  if (!text.ok()) return text.error();
  const std::string& region = text->empty() ? scope_.region : *text;
  return std::optional(json::Value(json::Array{region + "a", region + "b", region + "c"}));
}

Evaluated Evaluator::Length(const json::Value& argument) const {
  const auto list = List(argument, "Fn::Length");
  if (!list.ok()) return list.error();
  return std::optional(json::Value(list->size()));
}

Evaluated Evaluator::ToJsonString(const json::Value& argument) const {
  const Evaluated value = Value(argument);
  if (!value.ok()) return value;
  if (!*value || (!(*value)->is_object() && !(*value)->is_array())) {
    return TemplateError("Fn::ToJsonString needs a map or a list");
  }
  std::string text = json::Write(**value);
  if (text.size() > kMaxEvaluatedBytes) return TooLong();
  return std::optional(json::Value(std::move(text)));
}

}  // namespace

Evaluated Evaluate(const json::Value& value, const Scope& scope) {
  return Evaluator(scope).Value(value);
}

Result<ConditionValues> EvaluateConditions(const json::Object& conditions, const Scope& scope) {
  ConditionValues values;
  Scope inner = scope;
  inner.conditions = &values;
  // Each round settles the conditions whose own conditions are settled.
  bool progress = true;
  while (values.size() < conditions.size() && progress) {
    progress = false;
    for (const auto& [name, condition] : conditions) {
      if (values.contains(name)) continue;
      const References found = FindReferences(condition);
      const bool is_ready =
          std::all_of(found.conditions.begin(), found.conditions.end(),
                      [&](const std::string& used) { return values.contains(used); });
      if (!is_ready) continue;
      const Evaluated value = Evaluate(condition, inner);
      if (!value.ok()) return value.error();
      const bool* boolean = *value ? (*value)->if_bool() : nullptr;
      if (!boolean) return TemplateError("condition " + name + " is not a boolean function");
      values[name] = *boolean;
      progress = true;
    }
  }
  if (values.size() < conditions.size()) {
    return TemplateError("Found circular condition dependency");
  }
  return values;
}

const json::Object::Member* AsIntrinsic(const json::Object& object) {
  if (object.size() != 1) return nullptr;
  const json::Object::Member& member = *object.begin();
  if (member.first == "Ref" || member.first.starts_with("Fn::")) return &member;
  // A policy statement's `Condition` is an object; the function's is the name of one.
  if (member.first == "Condition" && member.second.is_string()) return &member;
  return nullptr;
}

bool IsSupportedIntrinsic(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "Ref",        "Condition",  "Fn::GetAtt",      "Fn::Sub",         "Fn::Join",
      "Fn::Select", "Fn::Split",  "Fn::If",          "Fn::Equals",      "Fn::And",
      "Fn::Or",     "Fn::Not",    "Fn::FindInMap",   "Fn::ImportValue", "Fn::Base64",
      "Fn::GetAZs", "Fn::Length", "Fn::ToJsonString"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::optional<std::string> ScalarText(const json::Value& value) {
  if (const std::string* text = value.if_string()) return *text;
  if (!value.is_bool() && !value.is_number()) return std::nullopt;
  std::string text = json::Write(value);
  // As Java writes it, which CloudFormation runs on: 1.0 stays 1.0.
  const bool is_whole_double =
      value.is_number() && !value.is_int() && text.find_first_of(".e") == std::string::npos;
  return is_whole_double ? text + ".0" : text;
}

}  // namespace lifeboat::cloudformation
