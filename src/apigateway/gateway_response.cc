#include "apigateway/gateway_response.h"

#include "json/value.h"

namespace lifeboat::apigateway {
namespace {

http::Response Make(int status, std::string_view type, std::string_view message) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("x-amzn-ErrorType", std::string(type));
  response.body = json::Write(json::Object{{"message", message}});
  return response;
}

}  // namespace

http::Response Render(GatewayResponse kind) {
  constexpr std::string_view kInternal = "InternalServerErrorException";
  switch (kind) {
    case GatewayResponse::kMissingAuthenticationToken:
      return Make(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    case GatewayResponse::kForbidden:
      return Make(403, "ForbiddenException", "Forbidden");
    case GatewayResponse::kThrottled:
      return Make(429, "TooManyRequestsException", "Too Many Requests");
    case GatewayResponse::kRequestTooLarge:
      return Make(413, "RequestTooLargeException", "Request Too Long");
    case GatewayResponse::kHeadersTooLarge:
      return Make(431, "RequestHeadersTooLargeException", "Request Header Fields Too Large");
    case GatewayResponse::kBadIntegrationAnswer:
      return Make(502, kInternal, "Internal server error");
    case GatewayResponse::kIntegrationUnauthorized:
      return Make(500, kInternal, "Internal server error");
    case GatewayResponse::kIntegrationTimeout:
      return Make(504, kInternal, "Endpoint request timed out");
  }
  return Make(500, kInternal, "Internal server error");
}

http::Response RenderInjected(int status) {
  switch (status) {
    case 403:
      return Render(GatewayResponse::kForbidden);
    case 429:
      return Render(GatewayResponse::kThrottled);
    case 502:
      return Render(GatewayResponse::kBadIntegrationAnswer);
    case 503:
      return Make(503, "ServiceUnavailableException", "Service Unavailable");
    case 504:
      return Render(GatewayResponse::kIntegrationTimeout);
    default:
      return status < 500 ? Make(status, "BadRequestException", "Bad Request")
                          : Make(status, "InternalServerErrorException", "Internal server error");
  }
}

}  // namespace lifeboat::apigateway
