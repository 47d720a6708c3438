// The protocol around an operation: JSON 1.0 over HTTP, as DynamoDB's front end speaks it
// (facts in docs/compatibility.md). Signatures are checked before a request comes here.
#pragma once

#include <string>

#include "base/prng.h"
#include "dynamodb/operation.h"
#include "http/message.h"

namespace lifeboat::dynamodb {

/// Larger bodies get 413.
inline constexpr size_t kMaxRequestBytes = 16 << 20;

/// Answers `request`, through its operation where it comes that far.
void HandleRequest(Core& core, const http::Request& request, http::Reply reply);

}  // namespace lifeboat::dynamodb
