// One attempt of one request: the line that the journal has most of, and how it is classified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/http_session.h"
#include "json/value.h"

namespace lifeboat::drill {

enum class Op { kCreate, kUpdate, kDelete, kGet };
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

/// The journal's `attempt`. Times are microseconds since the run's first line.
struct Attempt {
  int64_t id = 0;  ///< Of the request; its attempts share it.
  int n = 1;       ///< Which attempt, from 1.
  bool last = true;
  std::string cohort;
  Op op = Op::kGet;
  std::string key;
  int64_t seq = 0;  ///< Of the logical write; 0 for reads.
  int64_t scheduled = 0;
  int64_t sent = 0;
  int64_t done = 0;
  std::string region;  ///< Whose address was dialed; empty when none was.
  int status = 0;      ///< 0 when there was no answer.
  Outcome outcome = Outcome::kUnknown;
  std::optional<int64_t> seen;  ///< The sequence number that a read found.
  std::string error;
};
json::Object ToJson(const Attempt& attempt);
Result<Attempt> AttemptFromJson(const json::Value& value);

/// The `drillSeq` of a product as the API or the table gave it; nullopt when there is none.
std::optional<int64_t> SequenceInProduct(std::string_view body);

}  // namespace lifeboat::drill
