#include "lambda/function_input.h"

#include <algorithm>

#include "base/bytes.h"
#include "lambda/environment_variables.h"
#include "lambda/errors.h"

namespace lifeboat::lambda {
namespace {

using http::AwsError;
using http::AwsResult;
using Status = AwsResult<void>;

constexpr std::string_view kRolePattern =
    "Member must satisfy regular expression pattern: "
    "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";

AwsError WrongType(std::string_view member, std::string_view wanted) {
  return UnparsableRequest(fmt::format("{} must be {}.", member, wanted));
}

/// Null members count as absent.
const json::Value* FindMember(const json::Value& body, std::string_view name) {
  const json::Value* member = body.Find(name);
  return member && !member->is_null() ? member : nullptr;
}

Status ReadText(const json::Value& body, std::string_view name, size_t limit, std::string& out) {
  const json::Value* member = FindMember(body, name);
  if (!member) return {};
  if (!member->is_string()) return WrongType(name, "a string");
  if (member->as_string().size() > limit) {
    return ConstraintViolation(
        member->as_string(), name,
        fmt::format("Member must have length less than or equal to {}", limit));
  }
  out = member->as_string();
  return {};
}

Status ReadNumber(const json::Value& body, std::string_view name, int low, int high, int& out) {
  const json::Value* member = FindMember(body, name);
  if (!member) return {};
  const int64_t* number = member->if_int();
  if (!number) return WrongType(name, "an integer");
  if (*number < low || *number > high) {
    return ConstraintViolation(
        std::to_string(*number), name,
        *number < low ? fmt::format("Member must have value greater than or equal to {}", low)
                      : fmt::format("Member must have value less than or equal to {}", high));
  }
  out = static_cast<int>(*number);
  return {};
}

std::string CurrentRuntimes() {
  std::vector<std::string_view> names;
  for (const Runtime& runtime : Runtimes()) {
    if (!runtime.retired) names.push_back(runtime.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Status CheckRuntime(const std::string& runtime, Era era) {
  switch (ClassifyRuntime(runtime, era)) {
    case RuntimeSupport::kRuns:
      return {};
    case RuntimeSupport::kRetired:
      return RetiredRuntime(runtime);
    case RuntimeSupport::kNotSupported:
      return InvalidParameterValue(fmt::format(
          "The runtime {} is not supported by Lifeboat; `lifeboat runtimes` lists those that "
          "are.",
          runtime));
    case RuntimeSupport::kUnknown:
      break;
  }
  return InvalidParameterValue(
      fmt::format("Value {} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
                  "value set: [{}] or be a valid ARN",
                  runtime, CurrentRuntimes()));
}

/// Whether it has a form that the runtime knows is found out when it is loaded.
Status CheckHandler(const std::string& handler) {
  const bool has_blank = std::any_of(handler.begin(), handler.end(),
                                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
  if (!handler.empty() && !has_blank) return {};
  return ConstraintViolation(handler, "handler",
                             "Member must satisfy regular expression pattern: [^\\s]+");
}

Status CheckRole(const std::string& role) {
  const std::vector<std::string_view> parts = Split(role, ':');
  const bool ok = parts.size() == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[3].empty() &&
                  parts[4].size() == 12 && ParseUint(parts[4]) && parts[5].starts_with("role/") &&
                  parts[5].size() > 5;
  if (!ok) return ConstraintViolation(role, "role", kRolePattern);
  return {};
}

Status ReadVariables(const json::Value& body, Function& function) {
  const json::Value* environment = FindMember(body, "Environment");
  if (!environment) return {};
  if (!environment->is_object()) return WrongType("Environment", "a structure");
  const json::Value* variables = FindMember(*environment, "Variables");
  function.variables.clear();
  if (!variables) return {};
  auto map = ReadStringMap(*variables, "Environment.Variables");
  if (!map.ok()) return map.error();
  if (const auto reserved = ReservedKeysIn(*map); !reserved.empty()) {
    return ReservedVariables(reserved);
  }
  if (json::Write(ToJson(*map)).size() > kMaxVariablesBytes) {
    return InvalidParameterValue(
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit.");
  }
  function.variables = std::move(*map);
  return {};
}

/// A member that is only accepted when it asks for nothing.
bool AsksForNothing(std::string_view name, const json::Value& value) {
  if (name == "TracingConfig") return value.GetString("Mode") != "Active";
  if (name == "SnapStart") return value.GetString("ApplyOn") != "PublishedVersions";
  if (name == "EphemeralStorage") {
    const json::Value* size = value.Find("Size");
    return size && size->as_int() == 512;
  }
  if (value.is_array()) return value.as_array().empty();
  if (value.is_object()) {
    return std::all_of(value.as_object().begin(), value.as_object().end(),
                       [](const auto& m) { return AsksForNothing("", m.second); });
  }
  if (const bool* flag = value.if_bool()) return !*flag;
  return value.as_string().empty() && !value.is_number();
}

Status RefuseUnsupported(const json::Value& body) {
  for (const std::string_view name :
       {"VpcConfig", "DeadLetterConfig", "KMSKeyArn", "TracingConfig", "Layers",
        "FileSystemConfigs", "ImageConfig", "EphemeralStorage", "SnapStart", "LoggingConfig",
        "CodeSigningConfigArn", "Publish"}) {
    const json::Value* member = FindMember(body, name);
    if (member && !AsksForNothing(name, *member)) return NotSupported(name);
  }
  return {};
}

Status ReadArchitecture(const json::Value& body, Function& function) {
  const json::Value* list = FindMember(body, "Architectures");
  if (!list) return {};
  if (!list->is_array() || list->as_array().size() != 1)
    return WrongType("Architectures", "a list of one");
  const std::string& name = list->as_array()[0].as_string();
  if (name != "x86_64") return NotSupported(fmt::format("The architecture {}", name));
  function.architecture = name;
  return {};
}

}  // namespace

AwsResult<std::map<std::string, std::string>> ReadStringMap(const json::Value& value,
                                                            std::string_view member) {
  if (!value.is_object()) return WrongType(member, "a map of strings");
  std::map<std::string, std::string> map;
  for (const auto& [key, entry] : value.as_object()) {
    if (!entry.is_string()) return WrongType(member, "a map of strings");
    map[key] = entry.as_string();
  }
  return map;
}

Status ReadConfiguration(const json::Value& body, Era era, Function& function) {
  if (Status s = RefuseUnsupported(body); !s.ok()) return s;
  if (Status s = ReadText(body, "Description", 256, function.description); !s.ok()) return s;
  if (Status s = ReadText(body, "Handler", 128, function.handler); !s.ok()) return s;
  if (Status s = CheckHandler(function.handler); !s.ok()) return s;
  if (Status s = ReadText(body, "Role", 512, function.role); !s.ok()) return s;
  if (Status s = CheckRole(function.role); !s.ok()) return s;
  if (Status s = ReadText(body, "Runtime", 64, function.runtime); !s.ok()) return s;
  if (Status s = CheckRuntime(function.runtime, era); !s.ok()) return s;
  if (Status s = ReadNumber(body, "Timeout", 1, kMaxTimeoutSeconds, function.timeout_seconds);
      !s.ok()) {
    return s;
  }
  if (Status s = ReadNumber(body, "MemorySize", kDefaultMemoryMb, kMaxMemoryMb, function.memory_mb);
      !s.ok()) {
    return s;
  }
  return ReadVariables(body, function);
}

AwsResult<Function> ReadNewFunction(const json::Value& body, const Home& home, Era era) {
  Function function;
  const AwsResult<FunctionName> name = home.Parse(body.GetString("FunctionName"));
  if (!name.ok()) return name.error();
  function.name = name->name;
  const json::Value* package = FindMember(body, "PackageType");
  if (package && package->as_string() != "Zip") return NotSupported("PackageType Image");
  for (const std::string_view required : {"Runtime", "Handler"}) {
    if (body.GetString(required).empty()) {
      return InvalidParameterValue(
          "Runtime and Handler are mandatory parameters for functions created with deployment "
          "packages.");
    }
  }
  if (Status s = ReadArchitecture(body, function); !s.ok()) return s.error();
  if (Status s = ReadConfiguration(body, era, function); !s.ok()) return s.error();
  if (const json::Value* tags = FindMember(body, "Tags")) {
    auto map = ReadStringMap(*tags, "Tags");
    if (!map.ok()) return map.error();
    if (map->size() > kMaxTags) return InvalidParameterValue("Too many tags.");
    function.tags = std::move(*map);
  }
  return function;
}

AwsResult<CodeInput> ReadCode(const json::Value& code) {
  CodeInput input;
  if (const json::Value* zip = FindMember(code, "ZipFile")) {
    input.zip = Base64Decode(zip->as_string());
    if (!input.zip) return UnparsableRequest("ZipFile is not base64.");
    return input;
  }
  if (FindMember(code, "ImageUri")) return NotSupported("ImageUri");
  input.bucket = code.GetString("S3Bucket");
  input.key = code.GetString("S3Key");
  input.version = code.GetString("S3ObjectVersion");
  if (input.bucket.empty() || input.key.empty()) {
    return InvalidParameterValue("Please provide a source for function code.");
  }
  return input;
}

}  // namespace lifeboat::lambda
