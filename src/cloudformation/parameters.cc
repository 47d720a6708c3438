#include "cloudformation/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <regex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.h"
#include "cloudformation/intrinsics.h"
#include "cloudformation/limits.h"

namespace lifeboat::cloudformation {
namespace {

constexpr std::string_view kTypes[] = {"String", "Number", "List<Number>", "CommaDelimitedList"};
constexpr std::string_view kMembers[] = {"Type",
                                         "Default",
                                         "Description",
                                         "AllowedValues",
                                         "AllowedPattern",
                                         "NoEcho",
                                         "ConstraintDescription",
                                         "MinLength",
                                         "MaxLength",
                                         "MinValue",
                                         "MaxValue"};

std::optional<double> AsNumber(std::string_view text) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> NumberMember(const json::Value& declaration, std::string_view name) {
  const json::Value* member = declaration.Find(name);
  const auto text = member ? ScalarText(*member) : std::nullopt;
  return text ? AsNumber(*text) : std::nullopt;
}

bool IsTrue(const json::Value* value) {
  const auto text = value ? ScalarText(*value) : std::nullopt;
  return text && EqualsIgnoreCase(*text, "true");
}

Result<ParameterDeclaration> ReadDeclaration(const std::string& key, const json::Value& value) {
  ParameterDeclaration declaration{.key = key, .type = value.GetString("Type")};
  if (declaration.type.empty()) {
    return InvalidError(fmt::format(
        "Template format error: Every Parameters object must contain a Type member. ({})", key));
  }
  if (std::find(std::begin(kTypes), std::end(kTypes), declaration.type) == std::end(kTypes)) {
    return InvalidError(
        fmt::format("Template format error: Unrecognized parameter type: {}", declaration.type));
  }
  for (const auto& [member, unused] : value.as_object()) {
    if (std::find(std::begin(kMembers), std::end(kMembers), member) == std::end(kMembers)) {
      return InvalidError(fmt::format(
          "Template format error: Invalid parameter property '{}' for parameter {}", member, key));
    }
  }
  declaration.description = value.GetString("Description");
  declaration.constraint_description = value.GetString("ConstraintDescription");
  declaration.no_echo = IsTrue(value.Find("NoEcho"));
  if (const json::Value* given = value.Find("Default")) {
    const auto text = ScalarText(*given);
    if (!text) {
      return InvalidError(
          fmt::format("Template format error: Every Default member must be a string. ({})", key));
    }
    declaration.has_default = true;
    declaration.default_value = *text;
  }
  return declaration;
}

// Elements of a list type, or the value itself.
std::vector<std::string> Elements(const std::string& type, const std::string& value) {
  if (type == "String" || type == "Number") return {value};
  std::vector<std::string> elements;
  if (value.empty()) return elements;
  for (const std::string_view part : Split(value, ',')) elements.emplace_back(Trim(part));
  return elements;
}

// What is wrong with one element; empty when nothing is.
std::string FindNumberFault(const json::Value& declaration, const std::string& key,
                            const std::string& value) {
  const auto number = AsNumber(value);
  if (!number) return fmt::format("Parameter '{}' must be a number", key);
  const auto min = NumberMember(declaration, "MinValue");
  const auto max = NumberMember(declaration, "MaxValue");
  if (min && *number < *min) {
    return fmt::format("Parameter '{}' must be a number not less than {}", key, *min);
  }
  if (max && *number > *max) {
    return fmt::format("Parameter '{}' must be a number not greater than {}", key, *max);
  }
  return "";
}

std::string FindLengthFault(const json::Value& declaration, const std::string& key,
                            const std::string& value) {
  const auto min = NumberMember(declaration, "MinLength");
  const auto max = NumberMember(declaration, "MaxLength");
  const auto length = static_cast<double>(value.size());
  if (min && length < *min) {
    return fmt::format("Parameter '{}' must contain at least {} characters", key, *min);
  }
  if (max && length > *max) {
    return fmt::format("Parameter '{}' must contain at most {} characters", key, *max);
  }
  return "";
}

// The polynomial executor of libstdc++ has no back-references and cannot be made to run for ever
// by a hostile pattern.
std::string FindPatternFault(const json::Value& declaration, const std::string& key,
                             const std::string& value) {
  const json::Value* pattern = declaration.Find("AllowedPattern");
  if (!pattern) return "";
  try {
    const std::regex regex(pattern->as_string(),
                           std::regex::ECMAScript | std::regex_constants::__polynomial);
    if (std::regex_match(value, regex)) return "";
  } catch (const std::regex_error& failed) {
    return fmt::format("Parameter '{}' has an AllowedPattern that is not valid: {}", key,
                       failed.what());
  }
  return fmt::format("Parameter '{}' must match pattern {}", key, pattern->as_string());
}

std::string FindAllowedFault(const json::Value& declaration, const std::string& key,
                             const std::string& value) {
  const json::Value* allowed = declaration.Find("AllowedValues");
  if (!allowed) return "";
  for (const json::Value& candidate : allowed->as_array()) {
    if (ScalarText(candidate) == value) return "";
  }
  return fmt::format("Parameter '{}' must be one of AllowedValues", key);
}

Status CheckValue(const ParameterDeclaration& declared, const json::Value& declaration,
                  const std::string& value) {
  if (value.size() > kMaxParameterValueBytes) {
    return InvalidError(fmt::format("Parameter '{}' must be at most {} bytes long", declared.key,
                                    kMaxParameterValueBytes));
  }
  const bool is_number = declared.type == "Number" || declared.type == "List<Number>";
  for (const std::string& element : Elements(declared.type, value)) {
    std::string fault = is_number ? FindNumberFault(declaration, declared.key, element)
                                  : FindLengthFault(declaration, declared.key, element);
    if (fault.empty()) fault = FindPatternFault(declaration, declared.key, element);
    if (fault.empty()) fault = FindAllowedFault(declaration, declared.key, element);
    if (fault.empty()) continue;
    if (declared.constraint_description.empty()) return InvalidError(fault);
    return InvalidError(fmt::format("Parameter {} failed to satisfy constraint: {}", declared.key,
                                    declared.constraint_description));
  }
  return {};
}

const std::string* FindPrevious(const std::vector<std::pair<std::string, std::string>>& previous,
                                std::string_view key) {
  for (const auto& [name, value] : previous) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<ParameterDeclaration>> DeclaredParameters(const Template& checked) {
  std::vector<ParameterDeclaration> declarations;
  for (const auto& [key, value] : checked.Section("Parameters")) {
    auto declaration = ReadDeclaration(key, value);
    if (!declaration.ok()) return declaration.error();
    declarations.push_back(std::move(*declaration));
  }
  return declarations;
}

Result<ResolvedParameters> ResolveParameters(
    const Template& checked, const std::vector<GivenParameter>& given,
    const std::vector<std::pair<std::string, std::string>>& previous) {
  const auto declarations = DeclaredParameters(checked);
  if (!declarations.ok()) return declarations.error();
  std::vector<std::string> strangers;
  for (const GivenParameter& parameter : given) {
    if (!checked.Section("Parameters").Has(parameter.key)) strangers.push_back(parameter.key);
  }
  if (!strangers.empty()) {
    return InvalidError(
        fmt::format("Parameters: [{}] do not exist in the template", fmt::join(strangers, ", ")));
  }
  ResolvedParameters resolved;
  std::vector<std::string> missing;
  for (const ParameterDeclaration& declared : *declarations) {
    const auto it = std::find_if(given.begin(), given.end(), [&](const GivenParameter& parameter) {
      return parameter.key == declared.key;
    });
    const std::string* value = nullptr;
    if (it != given.end()) {
      value = it->use_previous_value ? FindPrevious(previous, declared.key) : &it->value;
    } else if (declared.has_default) {
      value = &declared.default_value;
    }
    if (!value) {
      missing.push_back(declared.key);
      continue;
    }
    const json::Value& declaration = *checked.Section("Parameters").Find(declared.key);
    if (Status status = CheckValue(declared, declaration, *value); !status.ok()) {
      return status.error();
    }
    resolved.texts.emplace_back(declared.key, *value);
    if (declared.type == "String" || declared.type == "Number") {
      resolved.values[declared.key] = *value;
    } else {
      json::Array list;
      for (std::string& element : Elements(declared.type, *value)) list.push_back(element);
      resolved.values[declared.key] = std::move(list);
    }
  }
  if (!missing.empty()) {
    return InvalidError(fmt::format("Parameters: [{}] must have values", fmt::join(missing, ", ")));
  }
  return resolved;
}

}  // namespace lifeboat::cloudformation
