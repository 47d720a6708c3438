#include "drill/attempt.h"

#include <array>

namespace lifeboat::drill {
namespace {

constexpr std::array<std::string_view, 4> kOps = {"create", "update", "delete", "get"};
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

json::Object ToJson(const Attempt& a) {
  json::Object out;
  out.Append("id", a.id);
  out.Append("n", a.n);
  out.Append("last", a.last);
  out.Append("cohort", a.cohort);
  out.Append("op", ToString(a.op));
  out.Append("key", a.key);
  if (a.op != Op::kGet) out.Append("seq", a.seq);
  out.Append("scheduled", a.scheduled);
  out.Append("sent", a.sent);
  out.Append("done", a.done);
  out.Append("region", a.region.empty() ? json::Value() : json::Value(a.region));
  out.Append("status", a.status);
  out.Append("outcome", ToString(a.outcome));
  if (a.op == Op::kGet) out.Append("seen", a.seen ? json::Value(*a.seen) : json::Value());
  if (!a.error.empty()) out.Append("error", a.error);
  return out;
}

Result<Attempt> AttemptFromJson(const json::Value& value) {
  const auto integer = [&](std::string_view key) {
    const json::Value* member = value.Find(key);
    return member == nullptr ? 0 : member->as_int();
  };
  for (const std::string_view key : {"id", "cohort", "op", "key", "scheduled", "done", "outcome"})
    if (value.Find(key) == nullptr)
      return InvalidError(fmt::format("an attempt without '{}'", key));
  const std::optional<Op> op = ParseOp(value.GetString("op"));
  const std::optional<Outcome> outcome = ParseOutcome(value.GetString("outcome"));
  if (!op) return InvalidError("an attempt with an unknown 'op'");
  if (!outcome) return InvalidError("an attempt with an unknown 'outcome'");
  Attempt a;
  a.id = integer("id");
  a.n = static_cast<int>(integer("n"));
  a.last = value.Find("last") != nullptr && value.Find("last")->as_bool();
  a.cohort = value.GetString("cohort");
  a.op = *op;
  a.key = value.GetString("key");
  a.seq = integer("seq");
  a.scheduled = integer("scheduled");
  a.sent = integer("sent");
  a.done = integer("done");
  a.region = value.GetString("region");
  a.status = static_cast<int>(integer("status"));
  a.outcome = *outcome;
  if (const json::Value* seen = value.Find("seen"); seen != nullptr && seen->is_int())
    a.seen = seen->as_int();
  a.error = value.GetString("error");
  return a;
}

std::optional<int64_t> SequenceInProduct(std::string_view body) {
  const Result<json::Value> product = json::Parse(body);
  if (!product.ok()) return std::nullopt;
  const json::Value* seq = product->Find("drillSeq");
  if (seq == nullptr || !seq->is_int()) return std::nullopt;
  return seq->as_int();
}

}  // namespace lifeboat::drill
