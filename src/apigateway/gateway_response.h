// The answers that API Gateway gives itself, in place of the integration (Developer Guide, "Gateway
// response types"): status, error type and text of each. No CORS headers are on them.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace lifeboat::apigateway {

enum class GatewayResponse {
  kMissingAuthenticationToken,  ///< No such resource or method.
  kForbidden,                   ///< No such API, stage or mapping.
  kThrottled,
  kRequestTooLarge,
  kHeadersTooLarge,
  kBadIntegrationAnswer,     ///< The function failed or answered something malformed: 502.
  kIntegrationUnauthorized,  ///< The function may not or cannot be invoked: 500.
  kIntegrationTimeout,       ///< 504.
};

http::Response Render(GatewayResponse kind);

/// The answer of a request that a fault has failed with `status`, in API Gateway's form.
http::Response RenderInjected(int status);

}  // namespace lifeboat::apigateway
