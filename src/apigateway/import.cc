#include "apigateway/import.h"

#include <algorithm>
#include <cctype>

#include "apigateway/errors.h"
#include "apigateway/header_field.h"
#include "apigateway/router.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::apigateway {
namespace {

using http::AwsResult;
using Done = AwsResult<void>;

constexpr std::string_view kVendor = "x-amazon-apigateway-";
constexpr std::string_view kMethods[] = {"get",  "put",     "post", "delete",
                                         "head", "options", "patch"};

bool IsPathPart(std::string_view part) {
  if (part.starts_with("{") && part.ends_with("}")) {
    part.remove_prefix(1);
    part.remove_suffix(1);
    if (part.ends_with("+")) part.remove_suffix(1);
  }
  return !part.empty() && std::all_of(part.begin(), part.end(), [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("._-:").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// Adds `path` and the resources above it that aren't there yet.
AwsResult<Resource*> AddResource(Definition& definition, const Definition& base,
                                 std::string_view path, Prng& prng) {
  Resource* at = &definition.resources.at("/");
  const std::vector<std::string_view> parts = PathSegments(path);
  if (parts.size() > kMaxPathSegments) return BadRequest("The path has too many parts.");
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!IsPathPart(parts[i])) {
      return BadRequest(
          "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly "
          "braces at the beginning and the end.");
    }
    if (parts[i].ends_with("+}") && i + 1 < parts.size()) {
      return BadRequest("Cannot create a child of a resource with a greedy path variable.");
    }
    const std::string full = (at->path == "/" ? "" : at->path) + "/" + std::string(parts[i]);
    const auto [it, is_new] = definition.resources.try_emplace(full);
    if (is_new) {
      const auto old = base.resources.find(full);
      it->second.id = old != base.resources.end() ? old->second.id : NewId(prng, 6, kLowerAlnum);
      it->second.parent_id = at->id;
      it->second.path = full;
    }
    at = &it->second;
  }
  if (definition.resources.size() > kMaxResourcesPerApi) {
    return LimitExceeded("Resources", kMaxResourcesPerApi);
  }
  return at;
}

bool HasTemplateLanguage(std::string_view text) {
  return text.find_first_of("$#") != std::string_view::npos;
}

/// Templates of mock integrations may only be plain text: the template language isn't here yet.
Done CheckTemplates(const StringMap& templates) {
  for (const auto& [type, text] : templates) {
    if (HasTemplateLanguage(text)) return NotSupported("The mapping template language");
  }
  return {};
}

AwsResult<IntegrationResponse> ReadResponse(const json::Value& value) {
  IntegrationResponse response;
  if (const json::Value* status = value.Find("statusCode")) {
    response.status_code =
        status->is_int() ? std::to_string(status->as_int()) : status->as_string();
  }
  if (!ParseUint(response.status_code)) return BadRequest("Invalid mapping expression specified");
  response.parameters = ToMap(value.Find("responseParameters"));
  for (const auto& [name, text] : response.parameters) {
    const bool is_static = text.size() >= 2 && text.starts_with("'") && text.ends_with("'");
    const bool is_header = name.starts_with(kHeaderParameter) &&
                           IsHeaderName(std::string_view(name).substr(kHeaderParameter.size()));
    if (!is_header || !is_static) {
      return NotSupported("A response parameter that is not a static header");
    }
  }
  response.templates = ToMap(value.Find("responseTemplates"));
  if (Done checked = CheckTemplates(response.templates); !checked.ok()) return checked.error();
  return response;
}

AwsResult<Integration> ReadMock(const json::Value& value, Integration integration) {
  integration.type = Integration::Type::kMock;
  integration.request_templates = ToMap(value.Find("requestTemplates"));
  if (Done checked = CheckTemplates(integration.request_templates); !checked.ok()) {
    return checked.error();
  }
  if (const json::Value* responses = value.Find("responses")) {
    for (const auto& [key, entry] : responses->as_object()) {
      AwsResult<IntegrationResponse> response = ReadResponse(entry);
      if (!response.ok()) return response.error();
      integration.responses[key] = std::move(*response);
    }
  }
  return integration;
}

AwsResult<Integration> ReadProxy(const json::Value& value, Integration integration) {
  integration.type = Integration::Type::kAwsProxy;
  integration.uri = value.GetString("uri");
  if (integration.uri.empty() || !integration.uri.starts_with("arn:")) {
    return BadRequest("Invalid ARN specified in the request");
  }
  integration.function_arn = FunctionArnOfUri(integration.uri);
  if (integration.function_arn.empty()) {
    return BadRequest("AWS ARN for integration must contain path or action");
  }
  if (!value.GetString("credentials").empty()) return NotSupported("Integration credentials");
  return integration;
}

AwsResult<Integration> ReadIntegration(const json::Value& value) {
  Integration integration;
  integration.http_method = value.GetString("httpMethod");
  if (const std::string& text = value.GetString("passthroughBehavior"); !text.empty()) {
    integration.passthrough = ToUpper(text);
  }
  if (const json::Value* timeout = value.Find("timeoutInMillis")) {
    const int64_t ms = timeout->as_int(-1);
    if (ms < kMinIntegrationTimeoutMs || ms > kMaxIntegrationTimeoutMs) {
      return BadRequest("Timeout should be between 50 ms and 29000 ms");
    }
    integration.timeout_ms = static_cast<int>(ms);
  }
  const std::string type = ToLower(value.GetString("type"));
  if (type == "mock") return ReadMock(value, std::move(integration));
  if (type == "aws_proxy") return ReadProxy(value, std::move(integration));
  if (type == "http" || type == "http_proxy" || type == "aws") {
    return NotSupported(fmt::format("Integration type {}", type));
  }
  return BadRequest(
      "Enum value for integration type must be one of: [HTTP, AWS, MOCK, HTTP_PROXY, "
      "AWS_PROXY]");
}

/// An operation may ask for authorizers, API keys and validators: all refused.
Done CheckOperation(const json::Value& operation) {
  const json::Value* security = operation.Find("security");
  if (security && !security->as_array().empty()) return NotSupported("security of a method");
  for (const auto& [name, value] : operation.as_object()) {
    if (name.starts_with(kVendor) && name != "x-amazon-apigateway-integration") {
      return NotSupported(name);
    }
  }
  return {};
}

Done ReadMethod(const std::string& name, const json::Value& operation, Resource& resource) {
  if (Done checked = CheckOperation(operation); !checked.ok()) return checked;
  const json::Value* value = operation.Find("x-amazon-apigateway-integration");
  if (!value) return NotSupported(fmt::format("A method without integration ({})", resource.path));
  AwsResult<Integration> integration = ReadIntegration(*value);
  if (!integration.ok()) return integration.error();
  resource.methods[name] = {name, std::move(*integration)};
  return {};
}

Done ReadPath(const json::Value& item, Resource& resource) {
  for (const auto& [key, operation] : item.as_object()) {
    const bool any = key == "x-amazon-apigateway-any-method";
    const bool known =
        std::find(std::begin(kMethods), std::end(kMethods), key) != std::end(kMethods);
    if (any || known) {
      Done read = ReadMethod(any ? "ANY" : ToUpper(key), operation, resource);
      if (!read.ok()) return read;
    } else if (key.starts_with(kVendor) || key == "$ref") {
      return NotSupported(key);
    }
  }
  return {};
}

/// Members of the document's top that change how an API behaves.
Done ReadTop(const json::Value& document, Definition& definition) {
  for (const auto& [name, value] : document.as_object()) {
    if (name == "x-amazon-apigateway-binary-media-types") {
      definition.binary_media_types.clear();
      for (const json::Value& type : value.as_array()) {
        definition.binary_media_types.push_back(type.as_string());
      }
    } else if (name == "x-amazon-apigateway-endpoint-configuration") {
      const json::Value* disabled = value.Find("disableExecuteApiEndpoint");
      definition.disable_execute_api_endpoint = disabled && disabled->as_bool();
    } else if (name == "security" ? !value.as_array().empty() : name.starts_with(kVendor)) {
      return NotSupported(name);
    }
  }
  return {};
}

}  // namespace

Definition EmptyDefinition(Prng& prng) {
  Definition definition;
  definition.resources["/"] = {NewId(prng, 10, kLowerAlnum), "", "/", {}};
  return definition;
}

std::string FunctionArnOfUri(std::string_view uri) {
  constexpr std::string_view kPath = ":lambda:path/2015-03-31/functions/";
  constexpr std::string_view kEnd = "/invocations";
  const size_t start = uri.find(kPath);
  if (!uri.starts_with("arn:") || start == std::string_view::npos || !uri.ends_with(kEnd)) {
    return {};
  }
  uri.remove_prefix(start + kPath.size());
  if (uri.size() <= kEnd.size()) return {};
  uri.remove_suffix(kEnd.size());
  return std::string(uri);
}

AwsResult<ImportedApi> ImportDefinition(std::string_view body, const Definition& base, bool merge,
                                        Prng& prng) {
  if (body.size() > kMaxDefinitionBytes) return BadRequest("The API definition is too large.");
  const Result<json::Value> document = json::Parse(body);
  if (!document.ok() || !document->is_object()) {
    return BadRequest(
        "Unable to parse API definition because of a malformed integration at path /");
  }
  const bool swagger = document->GetString("swagger") == "2.0";
  if (!swagger && !document->GetString("openapi").starts_with("3.0")) {
    return BadRequest("Invalid OpenAPI input.");
  }
  ImportedApi api;
  if (const json::Value* info = document->Find("info")) {
    api.title = info->GetString("title");
    api.version = info->GetString("version");
    api.description = info->GetString("description");
  }
  if (merge) {
    api.definition = base;
  } else {
    Resource root = base.resources.at("/");
    root.methods.clear();
    api.definition.resources["/"] = std::move(root);
  }
  if (Done read = ReadTop(*document, api.definition); !read.ok()) return read.error();
  const json::Value* paths = document->Find("paths");
  if (!paths || !paths->is_object()) return BadRequest("Invalid OpenAPI input. paths is missing.");
  for (const auto& [path, item] : paths->as_object()) {
    const AwsResult<Resource*> resource = AddResource(api.definition, base, path, prng);
    if (!resource.ok()) return resource.error();
    if (Done read = ReadPath(item, **resource); !read.ok()) return read.error();
  }
  return api;
}

}  // namespace lifeboat::apigateway
