// What an API is made of: resources, their methods, and what each method is integrated with. The
// JSON forms are those of the control plane (model 2015-07-09); what is stored is the same.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apigateway/limits.h"
#include "base/result.h"
#include "json/value.h"

namespace lifeboat::apigateway {

using StringMap = std::map<std::string, std::string>;
json::Value ToJson(const StringMap& map);
StringMap ToMap(const json::Value* value);

/// In front of the names of response parameters that are headers.
inline constexpr std::string_view kHeaderParameter = "method.response.header.";

struct IntegrationResponse {
  std::string status_code = "200";
  StringMap parameters;  ///< `method.response.header.X` to `'value'`.
  StringMap templates;   ///< Content type to text.
};

struct Integration {
  enum class Type { kAwsProxy, kMock };
  Type type = Type::kAwsProxy;
  std::string http_method;   ///< POST for Lambda.
  std::string uri;           ///< Of kAwsProxy.
  std::string function_arn;  ///< Taken from the uri.
  std::string passthrough = "WHEN_NO_MATCH";
  int timeout_ms = kMaxIntegrationTimeoutMs;
  StringMap request_templates;                           ///< Of kMock: content type to text.
  std::map<std::string, IntegrationResponse> responses;  ///< Of kMock: by status or `default`.

  json::Value ToJson() const;
  static Integration FromJson(const json::Value& value);
};

struct Method {
  std::string http_method;  ///< GET ... or ANY.
  Integration integration;

  json::Value ToJson() const;
};

struct Resource {
  std::string id;
  std::string parent_id;  ///< Empty for the root.
  std::string path;       ///< `/products/{id}`
  std::map<std::string, Method> methods;

  std::string_view path_part() const;
  json::Value ToJson(bool with_methods) const;
};

/// By path.
using Resources = std::map<std::string, Resource>;

/// What a deployment freezes.
struct Definition {
  Resources resources;
  std::vector<std::string> binary_media_types;
  bool disable_execute_api_endpoint = false;

  bool HasMethods() const;
  json::Value ToJson() const;
  static Definition FromJson(const json::Value& value);
};

}  // namespace lifeboat::apigateway
