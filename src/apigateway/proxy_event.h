// The event that a Lambda proxy integration gets (Developer Guide, "Input format of a Lambda
// function for proxy integration", payload 1.0).
#pragma once

#include <string>
#include <string_view>

#include "apigateway/rest_api.h"
#include "apigateway/router.h"
#include "base/time.h"
#include "http/message.h"

namespace lifeboat::apigateway {

/// Where a request arrived and what it is for.
struct ProxyContext {
  std::string account;
  const RestApi* api = nullptr;
  const Stage* stage = nullptr;
  const Definition* definition = nullptr;
  Route route;
  std::string event_path;    ///< `path`: without stage, with base path.
  std::string context_path;  ///< `requestContext.path`: as the client sent it.
  std::string domain_name;
  std::string request_id;
  std::string extended_request_id;
  std::string trace_id;
  WallTime now;
};

/// The event as JSON text.
std::string MakeProxyEvent(const http::Request& request, const ProxyContext& context);

/// True when a body of that content type travels in base64 (`*/*` and `image/*` match as expected).
bool IsBinaryType(const std::vector<std::string>& binary_media_types, std::string_view type);

}  // namespace lifeboat::apigateway
