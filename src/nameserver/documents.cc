#include "nameserver/documents.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace lifeboat::nameserver {
namespace {

constexpr int kDocumentFormat = 1;

std::string FirstLine(std::string_view kind, std::string_view body) {
  return fmt::format("lifeboat-{} {} {:08x}\n", kind, kDocumentFormat, Crc32(body));
}

json::Value EncodeObservation(const health::Observation& seen) {
  return json::Object{{"checker", seen.checker},
                      {"healthy", seen.healthy},
                      {"contradictions", seen.contradictions},
                      {"text", seen.text},
                      {"at_ns", seen.at.ns},
                      {"failure_text", seen.failure_text},
                      {"failure_at_ns", seen.failure_at.ns}};
}

json::Value EncodeTransition(const health::Transition& transition) {
  return json::Object{{"at_ns", transition.at.ns},
                      {"healthy", transition.healthy},
                      {"healthy_checkers", transition.healthy_checkers},
                      {"checkers", transition.checkers}};
}

int64_t Number(const json::Value& value, std::string_view key) {
  const json::Value* number = value.Find(key);
  return number ? number->as_int() : 0;
}

bool Flag(const json::Value& value, std::string_view key) {
  const json::Value* flag = value.Find(key);
  return flag != nullptr && flag->as_bool();
}

health::CheckStatus DecodeStatus(const json::Value& value) {
  health::CheckStatus status;
  if (const json::Value* observations = value.Find("observations")) {
    for (const json::Value& seen : observations->as_array()) {
      status.observations.push_back(
          {.checker = static_cast<int>(Number(seen, "checker")),
           .healthy = Flag(seen, "healthy"),
           .contradictions = static_cast<int>(Number(seen, "contradictions")),
           .text = seen.GetString("text"),
           .at = {Number(seen, "at_ns")},
           .failure_text = seen.GetString("failure_text"),
           .failure_at = {Number(seen, "failure_at_ns")}});
    }
  }
  if (const json::Value* transitions = value.Find("transitions")) {
    for (const json::Value& change : transitions->as_array()) {
      status.transitions.push_back({{Number(change, "at_ns")},
                                    Flag(change, "healthy"),
                                    static_cast<int>(Number(change, "healthy_checkers")),
                                    static_cast<int>(Number(change, "checkers"))});
    }
  }
  return status;
}

}  // namespace

std::string SealDocument(std::string_view kind, std::string_view body) {
  return FirstLine(kind, body) + std::string(body);
}

Result<std::string> OpenDocument(std::string_view kind, std::string_view bytes) {
  const size_t end = bytes.find('\n');
  const std::string_view body = end == std::string_view::npos ? "" : bytes.substr(end + 1);
  if (end == std::string_view::npos || bytes.substr(0, end + 1) != FirstLine(kind, body))
    return Error{ErrorCode::kCorrupt, fmt::format("the stored {} document is damaged", kind)};
  return std::string(body);
}

std::string EncodeHealth(const health::Memory& memory) {
  json::Object checks;
  for (const auto& [id, status] : memory) {
    json::Array observations, transitions;
    for (const health::Observation& seen : status.observations)
      observations.push_back(EncodeObservation(seen));
    for (const health::Transition& transition : status.transitions)
      transitions.push_back(EncodeTransition(transition));
    checks.Append(id, json::Object{{"observations", std::move(observations)},
                                   {"transitions", std::move(transitions)}});
  }
  return json::Write(json::Object{{"checks", std::move(checks)}});
}

Result<health::Memory> DecodeHealth(std::string_view text) {
  const Result<json::Value> value = json::Parse(text);
  const json::Value* checks = value.ok() ? value->Find("checks") : nullptr;
  if (checks == nullptr) return Error{ErrorCode::kCorrupt, "not a memory of health checks"};
  health::Memory memory;
  for (const auto& [id, status] : checks->as_object()) memory.emplace(id, DecodeStatus(status));
  return memory;
}

}  // namespace lifeboat::nameserver
