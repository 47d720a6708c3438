// The runtime API as messages: what a function's process may ask, and how it is answered (Developer
// Guide, "Using the Lambda runtime API", version 2018-06-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace lifeboat::lambda {

struct RuntimeRequest {
  enum class Kind { kNext, kResponse, kError, kInitError, kUnknown };
  Kind kind = Kind::kUnknown;
  std::string request_id;  ///< Of kResponse and kError.
};
RuntimeRequest ParseRuntimeRequest(const http::Request& request);

/// The error with which a streamed response ended midway (its trailers say it), as the body of
/// /error would; nullopt when it ended well.
std::optional<std::string> FailureOf(const http::Request& response);

/// What /next tells of an invocation.
struct NextInvocation {
  std::string request_id;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;  ///< Empty: none.
  WallTime deadline;
  std::string payload;
};
http::Response RenderNext(NextInvocation invocation);

http::Response RenderRuntimeAccepted();      ///< 202 {"status":"OK"}
http::Response RenderUnknownRequest();       ///< 400 InvalidRequestID
http::Response RenderStateTransition();      ///< 403 InvalidStateTransition
http::Response RenderTooLarge(size_t size);  ///< 413 RequestEntityTooLarge
http::Response RenderRuntimeNotFound();      ///< 404

}  // namespace lifeboat::lambda
