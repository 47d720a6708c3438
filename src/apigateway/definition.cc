#include "apigateway/definition.h"

#include <algorithm>

namespace lifeboat::apigateway {
namespace {

json::Value ResponseForm(const IntegrationResponse& response) {
  json::Object out{{"statusCode", response.status_code}};
  if (!response.parameters.empty()) {
    out.Set("responseParameters", apigateway::ToJson(response.parameters));
  }
  if (!response.templates.empty()) {
    out.Set("responseTemplates", apigateway::ToJson(response.templates));
  }
  return out;
}

Method MethodFromJson(const std::string& name, const json::Value& value) {
  Method method{name, {}};
  if (const json::Value* integration = value.Find("methodIntegration")) {
    method.integration = Integration::FromJson(*integration);
  }
  return method;
}

}  // namespace

json::Value ToJson(const StringMap& map) {
  json::Object object;
  for (const auto& [key, value] : map) object.Append(key, value);
  return object;
}

StringMap ToMap(const json::Value* value) {
  StringMap map;
  if (!value) return map;
  for (const auto& [key, member] : value->as_object()) map[key] = member.as_string();
  return map;
}

json::Value Integration::ToJson() const {
  json::Object out{{"type", type == Type::kMock ? "MOCK" : "AWS_PROXY"}};
  if (!http_method.empty()) out.Set("httpMethod", http_method);
  if (!uri.empty()) out.Set("uri", uri);
  if (!function_arn.empty()) out.Set("functionArn", function_arn);
  if (!request_templates.empty()) {
    out.Set("requestTemplates", apigateway::ToJson(request_templates));
  }
  out.Set("passthroughBehavior", passthrough);
  out.Set("timeoutInMillis", timeout_ms);
  if (!responses.empty()) {
    json::Object list;
    for (const auto& [key, response] : responses) list.Set(key, ResponseForm(response));
    out.Set("integrationResponses", std::move(list));
  }
  return out;
}

Integration Integration::FromJson(const json::Value& value) {
  Integration integration;
  integration.type = value.GetString("type") == "MOCK" ? Type::kMock : Type::kAwsProxy;
  integration.http_method = value.GetString("httpMethod");
  integration.uri = value.GetString("uri");
  integration.function_arn = value.GetString("functionArn");
  integration.passthrough = value.GetString("passthroughBehavior");
  integration.request_templates = ToMap(value.Find("requestTemplates"));
  if (const json::Value* timeout = value.Find("timeoutInMillis")) {
    integration.timeout_ms = static_cast<int>(timeout->as_int());
  }
  if (const json::Value* list = value.Find("integrationResponses")) {
    for (const auto& [key, response] : list->as_object()) {
      integration.responses[key] = {response.GetString("statusCode"),
                                    ToMap(response.Find("responseParameters")),
                                    ToMap(response.Find("responseTemplates"))};
    }
  }
  return integration;
}

json::Value Method::ToJson() const {
  return json::Object{{"httpMethod", http_method},
                      {"authorizationType", "NONE"},
                      {"apiKeyRequired", false},
                      {"methodIntegration", integration.ToJson()}};
}

std::string_view Resource::path_part() const {
  return std::string_view(path).substr(path.rfind('/') + 1);
}

json::Value Resource::ToJson(bool with_methods) const {
  json::Object out{{"id", id}};
  if (!parent_id.empty()) {
    out.Set("parentId", parent_id);
    out.Set("pathPart", path_part());
  }
  out.Set("path", path);
  if (!methods.empty()) {
    json::Object list;
    for (const auto& [name, method] : methods) {
      list.Set(name, with_methods ? method.ToJson() : json::Value(json::Object{}));
    }
    out.Set("resourceMethods", std::move(list));
  }
  return out;
}

bool Definition::HasMethods() const {
  return std::any_of(resources.begin(), resources.end(),
                     [](const auto& entry) { return !entry.second.methods.empty(); });
}

json::Value Definition::ToJson() const {
  json::Array list;
  for (const auto& [path, resource] : resources) list.push_back(resource.ToJson(true));
  json::Array types(binary_media_types.begin(), binary_media_types.end());
  return json::Object{{"resources", std::move(list)},
                      {"binaryMediaTypes", std::move(types)},
                      {"disableExecuteApiEndpoint", disable_execute_api_endpoint}};
}

Definition Definition::FromJson(const json::Value& value) {
  Definition definition;
  if (const json::Value* list = value.Find("resources")) {
    for (const json::Value& entry : list->as_array()) {
      Resource resource{
          entry.GetString("id"), entry.GetString("parentId"), entry.GetString("path"), {}};
      if (const json::Value* methods = entry.Find("resourceMethods")) {
        for (const auto& [name, method] : methods->as_object()) {
          resource.methods[name] = MethodFromJson(name, method);
        }
      }
      definition.resources[resource.path] = std::move(resource);
    }
  }
  if (const json::Value* types = value.Find("binaryMediaTypes")) {
    for (const json::Value& type : types->as_array()) {
      definition.binary_media_types.push_back(type.as_string());
    }
  }
  const json::Value* disabled = value.Find("disableExecuteApiEndpoint");
  definition.disable_execute_api_endpoint = disabled && disabled->as_bool();
  return definition;
}

}  // namespace lifeboat::apigateway
