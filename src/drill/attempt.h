// What a request does and how an attempt of it is classified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/http_session.h"

namespace lifeboat::drill {

/// `put`, `put_if` and `increment` are writes of shared keys: plain, conditional, and to a counter.
enum class Op { kCreate, kUpdate, kDelete, kGet, kPut, kPutIf, kIncrement };
std::string_view ToString(Op op);
std::optional<Op> ParseOp(std::string_view text);

/// Reads and writes recover apart.
enum class RequestClass { kRead, kWrite };
std::string_view ToString(RequestClass request_class);
inline RequestClass ClassOf(Op op) {
  return op == Op::kGet ? RequestClass::kRead : RequestClass::kWrite;
}

/// What the client may conclude about a write (docs/drill.md, "Outcomes").
enum class Outcome {
  kAcknowledged,  ///< 2xx and the body received in full.
  kFailed,        ///< Provably not executed: no connection, 400, 403, 404, 409, 429.
  kUnknown,       ///< Everything else: it may have been executed.
};
std::string_view ToString(Outcome outcome);
std::optional<Outcome> ParseOutcome(std::string_view text);

Outcome Classify(const client::Exchange& exchange);
/// Whether a client tries again after this: not after an acknowledgement, nor after an answer that
/// a second attempt can't change (400, 403, 404, 409).
bool WorthRetrying(const client::Exchange& exchange);

}  // namespace lifeboat::drill
