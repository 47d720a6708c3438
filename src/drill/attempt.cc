#include "drill/attempt.h"

#include <array>

namespace lifeboat::drill {
namespace {

constexpr std::array<std::string_view, 7> kOps = {"create", "update", "delete",   "get",
                                                  "put",    "put_if", "increment"};
constexpr std::array<std::string_view, 3> kOutcomes = {"acknowledged", "failed", "unknown"};

template <class Enum, size_t N>
std::optional<Enum> Lookup(const std::array<std::string_view, N>& names, std::string_view text) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

bool ProvesNotExecuted(int status) {
  return status == 400 || status == 403 || status == 404 || status == 409 || status == 429;
}

}  // namespace

std::string_view ToString(Op op) { return kOps[static_cast<size_t>(op)]; }
std::optional<Op> ParseOp(std::string_view text) { return Lookup<Op>(kOps, text); }

std::string_view ToString(RequestClass request_class) {
  return request_class == RequestClass::kRead ? "read" : "write";
}

std::string_view ToString(Outcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }
std::optional<Outcome> ParseOutcome(std::string_view text) {
  return Lookup<Outcome>(kOutcomes, text);
}

Outcome Classify(const client::Exchange& exchange) {
  if (!exchange.response) {
    const bool connected = exchange.error.stage == client::Stage::kSend ||
                           exchange.error.stage == client::Stage::kReceive;
    return connected ? Outcome::kUnknown : Outcome::kFailed;
  }
  const int status = exchange.response->status;
  if (status >= 200 && status < 300) return Outcome::kAcknowledged;
  return ProvesNotExecuted(status) ? Outcome::kFailed : Outcome::kUnknown;
}

bool WorthRetrying(const client::Exchange& exchange) {
  if (!exchange.response) return true;
  const int status = exchange.response->status;
  return status == 429 || (!ProvesNotExecuted(status) && (status < 200 || status >= 300));
}

}  // namespace lifeboat::drill
