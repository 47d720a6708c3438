// The protocol around an operation: JSON 1.0 over HTTP, as DynamoDB's front end speaks it
// (facts in docs/compatibility.md). It also fixes the order in which a request is judged: size,
// method and content type, coding, JSON, target, signature, types; the rest is the operation's.
#pragma once

#include "dynamodb/operation.h"
#include "dynamodb/service.h"
#include "http/message.h"

namespace lifeboat::dynamodb {

/// Larger bodies get 413, compressed ones also when they hold more than this.
inline constexpr size_t kMaxRequestBytes = 16 << 20;
/// Longer answers are compressed for clients that accept it.
inline constexpr size_t kCompressAboveBytes = 4096;

/// Answers `request`, through its operation where it comes that far.
void HandleRequest(Core& core, const http::Request& request, const Authenticate& authenticate,
                   http::Reply reply);

}  // namespace lifeboat::dynamodb
