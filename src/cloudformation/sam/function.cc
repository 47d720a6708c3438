// AWS::Serverless::Function: a function and a role.
#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cloudformation/sam/resources.h"

namespace lifeboat::cloudformation::sam {
namespace {

constexpr std::string_view kProperties[] = {
    "CodeUri", "InlineCode", "Handler", "Runtime", "MemorySize",  "Timeout",      "Environment",
    "Tags",    "Policies",   "Events",  "Role",    "Description", "FunctionName", "Architectures"};
// Taken over as they are.
constexpr const char* kPassedOn[] = {"Handler",     "Runtime",     "MemorySize",   "Timeout",
                                     "Environment", "Description", "FunctionName", "Architectures"};
constexpr std::string_view kAttributes[] = {"Type",     "Properties",     "DependsOn",
                                            "Metadata", "DeletionPolicy", "UpdateReplacePolicy"};

// `s3://bucket/key?versionId=v`, or {Bucket, Key, Version}.
json::Object TranslateCode(const std::string& id, const json::Value& code_uri, Errors& errors) {
  if (code_uri.is_object()) {
    json::Object code;
    const std::pair<const char*, const char*> members[] = {
        {"Bucket", "S3Bucket"}, {"Key", "S3Key"}, {"Version", "S3ObjectVersion"}};
    for (const auto& [from, to] : members) {
      if (const json::Value* value = code_uri.Find(from)) code.Append(to, *value);
    }
    if (!code.Has("S3Bucket") || !code.Has("S3Key")) {
      errors.AddResource(id, "'CodeUri' requires Bucket and Key properties to be specified.");
    }
    return code;
  }
  const std::string& uri = code_uri.as_string();
  constexpr std::string_view kScheme = "s3://";
  const size_t slash = uri.find('/', kScheme.size());
  if (!uri.starts_with(kScheme) || slash == std::string::npos || slash + 1 == uri.size()) {
    errors.AddResource(
        id,
        "'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional "
        "versionId query parameter.");
    return {};
  }
  const size_t query = uri.find("?versionId=", slash);
  json::Object code{{"S3Bucket", uri.substr(kScheme.size(), slash - kScheme.size())},
                    {"S3Key", uri.substr(slash + 1, query - slash - 1)}};
  if (query != std::string::npos) code.Append("S3ObjectVersion", uri.substr(query + 11));
  return code;
}

json::Value AssumeRoleDocument() {
  return json::Object{
      {"Version", "2012-10-17"},
      {"Statement",
       json::Array{json::Object{
           {"Action", json::Array{"sts:AssumeRole"}},
           {"Effect", "Allow"},
           {"Principal", json::Object{{"Service", json::Array{"lambda.amazonaws.com"}}}}}}}};
}

json::Value MakeRole(const std::string& id, const json::Object& properties, Errors& errors) {
  RolePolicies policies;
  policies.managed.push_back("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
  if (const json::Value* given = properties.Find("Policies")) {
    RolePolicies own = TranslatePolicies(id, *given, errors);
    for (json::Value& arn : own.managed) policies.managed.push_back(std::move(arn));
    policies.documents = std::move(own.documents);
  }
  json::Object role{{"AssumeRolePolicyDocument", AssumeRoleDocument()},
                    {"ManagedPolicyArns", std::move(policies.managed)}};
  if (!policies.documents.empty()) role.Append("Policies", std::move(policies.documents));
  role.Append("Tags", TagsWithCreator(properties.Find("Tags")));
  return json::Object{{"Type", "AWS::IAM::Role"}, {"Properties", std::move(role)}};
}

void CheckNames(const std::string& id, const json::Value& resource, const json::Object& properties,
                Errors& errors) {
  for (const auto& [name, value] : resource.as_object()) {
    if (std::find(std::begin(kAttributes), std::end(kAttributes), name) == std::end(kAttributes)) {
      errors.AddResource(id, fmt::format("The attribute {} is not supported.", name));
    }
  }
  for (const auto& [name, value] : properties) {
    if (std::find(std::begin(kProperties), std::end(kProperties), name) == std::end(kProperties)) {
      errors.AddResource(id, fmt::format("Property '{}' is not supported.", name));
    }
  }
}

void ReadEvents(const std::string& id, const json::Object& properties,
                std::vector<ApiEvent>& events, Errors& errors) {
  const json::Value* given = properties.Find("Events");
  if (!given) return;
  for (const auto& [name, event] : given->as_object()) {
    const auto refuse = [&, &event_name = name](std::string_view what) {
      errors.AddResource(id, fmt::format("Event with id [{}] is invalid. {}", event_name, what));
    };
    if (event.GetString("Type") != "Api") {
      refuse(fmt::format("The event type '{}' is not supported.", event.GetString("Type")));
      continue;
    }
    const json::Value* details = event.Find("Properties");
    for (const auto& [member, value] : details ? details->as_object() : json::Object()) {
      if (member != "Path" && member != "Method") {
        refuse(fmt::format("Property '{}' is not supported.", member));
      }
    }
    const std::string path = details ? details->GetString("Path") : "";
    const std::string method = details ? details->GetString("Method") : "";
    if (path.empty()) {
      refuse("Missing required property 'Path'.");
    } else if (method.empty()) {
      refuse("Missing required property 'Method'.");
    } else {
      events.push_back({id, name, path, ToLower(method)});
    }
  }
}

}  // namespace

json::Array TagsWithCreator(const json::Value* tags) {
  json::Array list{json::Object{{"Key", "lambda:createdBy"}, {"Value", "SAM"}}};
  if (!tags) return list;
  for (const auto& [key, value] : tags->as_object()) {
    list.push_back(json::Object{{"Key", key}, {"Value", value}});
  }
  return list;
}

void TranslateFunction(const std::string& logical_id, const json::Value& resource,
                       const json::Object& globals, json::Object& out,
                       std::vector<ApiEvent>& events, Errors& errors) {
  const json::Value* own = resource.Find("Properties");
  const json::Object properties = MergeGlobals(globals, own ? own->as_object() : json::Object());
  CheckNames(logical_id, resource, properties, errors);
  const json::Value* code_uri = properties.Find("CodeUri");
  const json::Value* inline_code = properties.Find("InlineCode");
  if (!code_uri && !inline_code) {
    errors.AddResource(logical_id, "Only one of 'InlineCode' or 'CodeUri' can be set.");
    return;
  }
  if (!properties.Has("Handler") || !properties.Has("Runtime")) {
    errors.AddResource(logical_id,
                       "Properties Handler and Runtime must be specified for a Zip package.");
  }
  // Of both the inline code counts: `aws cloudformation package` adds a CodeUri where there is
  // none.
  json::Object function{{"Code", inline_code ? json::Object{{"ZipFile", *inline_code}}
                                             : TranslateCode(logical_id, *code_uri, errors)}};
  for (const char* name : kPassedOn) {
    if (const json::Value* value = properties.Find(name)) function.Append(name, *value);
  }
  const std::string role_id = logical_id + "Role";
  const json::Value* role = properties.Find("Role");
  function.Append("Role", role ? *role : AttributeOf(role_id, "Arn"));
  function.Append("Tags", TagsWithCreator(properties.Find("Tags")));
  json::Object made{{"Type", "AWS::Lambda::Function"}};
  for (const char* name : {"DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"}) {
    if (const json::Value* value = resource.Find(name)) made.Append(name, *value);
  }
  made.Append("Properties", std::move(function));
  out.Set(logical_id, std::move(made));
  if (!role) out.Set(role_id, MakeRole(logical_id, properties, errors));
  ReadEvents(logical_id, properties, events, errors);
}

}  // namespace lifeboat::cloudformation::sam
