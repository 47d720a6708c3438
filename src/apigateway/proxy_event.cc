#include "apigateway/proxy_event.h"

#include <algorithm>

#include "base/bytes.h"
#include "json/value.h"

namespace lifeboat::apigateway {
namespace {

/// Fields that belong to the connection, not to the request (RFC 9110, section 7.6.1), and those
/// that the gateway writes itself.
bool IsDropped(std::string_view name) {
  constexpr std::string_view kDropped[] = {
      "connection",       "content-length",    "expect",
      "keep-alive",       "proxy-connection",  "te",
      "trailer",          "transfer-encoding", "upgrade",
      "x-forwarded-for",  "x-amzn-trace-id",   "x-forwarded-port",
      "x-forwarded-proto"};
  const std::string lower = ToLower(name);
  return std::find(std::begin(kDropped), std::end(kDropped), lower) != std::end(kDropped);
}

/// The last value of each name, and all values of each name.
struct Multi {
  json::Object last;
  json::Object all;

  void Add(const std::string& name, const std::string& value) {
    last.Set(name, value);
    json::Value& list = all[name];
    if (!list.is_array()) list = json::Array{};
    list.if_array()->push_back(value);
  }
  static json::Value OrNull(json::Object object) {
    return object.empty() ? json::Value() : json::Value(std::move(object));
  }
};

Multi HeadersOf(const http::Request& request, const ProxyContext& context) {
  Multi headers;
  std::string forwarded;
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoreCase(name, "X-Forwarded-For")) forwarded = value + ", ";
    if (!IsDropped(name)) headers.Add(name, value);
  }
  headers.Add("X-Amzn-Trace-Id", context.trace_id);
  headers.Add("X-Forwarded-For", forwarded + request.peer_address);
  headers.Add("X-Forwarded-Port", "443");
  headers.Add("X-Forwarded-Proto", "https");
  return headers;
}

/// `09/Apr/2015:12:34:56 +0000`
std::string FormatRequestTime(WallTime time) {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime c = ToCivil(time);
  return fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000", c.day, kMonths[c.month - 1], c.year,
                     c.hour, c.minute, c.second);
}

json::Value IdentityOf(const http::Request& request) {
  json::Object identity;
  for (const std::string_view name :
       {"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller"}) {
    identity.Append(std::string(name), nullptr);
  }
  identity.Append("sourceIp", request.peer_address);
  for (const std::string_view name : {"principalOrgId", "accessKey", "cognitoAuthenticationType",
                                      "cognitoAuthenticationProvider", "userArn"}) {
    identity.Append(std::string(name), nullptr);
  }
  const std::string* agent = request.headers.Find("User-Agent");
  identity.Append("userAgent", agent ? json::Value(*agent) : json::Value());
  identity.Append("user", nullptr);
  return identity;
}

json::Value RequestContextOf(const http::Request& request, const ProxyContext& context) {
  const Resource& resource = *context.route.resource;
  return json::Object{
      {"resourceId", resource.id},
      {"resourcePath", resource.path},
      {"httpMethod", request.method},
      {"extendedRequestId", context.extended_request_id},
      {"requestTime", FormatRequestTime(context.now)},
      {"path", context.context_path},
      {"accountId", context.account},
      {"protocol", "HTTP/1.1"},
      {"stage", context.stage->name},
      {"domainPrefix", context.domain_name.substr(0, context.domain_name.find('.'))},
      {"requestTimeEpoch", context.now.millis()},
      {"requestId", context.request_id},
      {"identity", IdentityOf(request)},
      {"domainName", context.domain_name},
      {"deploymentId", context.stage->deployment_id},
      {"apiId", context.api->id},
  };
}

}  // namespace

bool IsBinaryType(const std::vector<std::string>& binary_media_types, std::string_view type) {
  const std::string given = ToLower(Trim(type.substr(0, type.find(';'))));
  return std::any_of(binary_media_types.begin(), binary_media_types.end(),
                     [&](const std::string& wanted) {
                       if (wanted == "*/*") return true;
                       const std::string lower = ToLower(wanted);
                       if (lower.ends_with("/*")) {
                         return given.starts_with(lower.substr(0, lower.size() - 1));
                       }
                       return lower == given;
                     });
}

std::string MakeProxyEvent(const http::Request& request, const ProxyContext& context) {
  Multi headers = HeadersOf(request, context);
  Multi query;
  for (const auto& [name, value] : http::Params::Parse(http::SplitTarget(request.target).query)) {
    query.Add(name, value);
  }
  json::Object path_parameters;
  for (const auto& [name, value] : context.route.path_parameters) path_parameters.Set(name, value);
  const auto& variables = context.stage->variables;
  const bool binary =
      IsBinaryType(context.definition->binary_media_types, request.headers.Get("Content-Type"));
  json::Value body;
  if (!request.body.empty()) body = binary ? Base64Encode(request.body) : ToUtf8(request.body);
  return json::Write(json::Object{
      {"resource", context.route.resource->path},
      {"path", context.event_path},
      {"httpMethod", request.method},
      {"headers", std::move(headers.last)},
      {"multiValueHeaders", std::move(headers.all)},
      {"queryStringParameters", Multi::OrNull(std::move(query.last))},
      {"multiValueQueryStringParameters", Multi::OrNull(std::move(query.all))},
      {"pathParameters", Multi::OrNull(std::move(path_parameters))},
      {"stageVariables", variables.empty() ? json::Value() : ToJson(variables)},
      {"requestContext", RequestContextOf(request, context)},
      {"body", std::move(body)},
      {"isBase64Encoded", binary && !request.body.empty()},
  });
}

}  // namespace lifeboat::apigateway
