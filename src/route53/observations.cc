#include "route53/observations.h"

namespace lifeboat::route53 {
namespace {

json::Value EncodeReport(const CheckerReport& report) {
  return json::Object{{"region", report.region},
                      {"ip_address", report.ip_address},
                      {"text", report.text},
                      {"at_ms", report.at.millis()},
                      {"failure_text", report.failure_text},
                      {"failure_at_ms", report.failure_at.millis()}};
}

WallTime Time(const json::Value& value, std::string_view key) {
  const json::Value* millis = value.Find(key);
  return WallTime::FromMillis(millis ? millis->as_int() : 0);
}

CheckerReport DecodeReport(const json::Value& value) {
  return {value.GetString("region"), value.GetString("ip_address"),   value.GetString("text"),
          Time(value, "at_ms"),      value.GetString("failure_text"), Time(value, "failure_at_ms")};
}

}  // namespace

json::Value EncodeObservations(const ObservationReport& report) {
  json::Object checks;
  for (const auto& [id, reports] : report.checks) {
    json::Array checkers;
    for (const CheckerReport& checker : reports) checkers.push_back(EncodeReport(checker));
    checks.Append(id, std::move(checkers));
  }
  return json::Object{{"server", report.server}, {"checks", std::move(checks)}};
}

Result<ObservationReport> DecodeObservations(const json::Value& value) {
  ObservationReport report{.server = value.GetString("server")};
  const json::Value* checks = value.Find("checks");
  if (report.server.empty() || checks == nullptr || !checks->is_object())
    return InvalidError("not a report of observations");
  for (const auto& [id, checkers] : checks->as_object()) {
    for (const json::Value& checker : checkers.as_array())
      report.checks[id].push_back(DecodeReport(checker));
  }
  return report;
}

void ObservationStore::Update(ObservationReport report) {
  if (servers_.size() >= kMaxServers && !servers_.contains(report.server)) return;
  const std::string server = report.server;
  servers_[server] = std::move(report);
}

std::vector<CheckerReport> ObservationStore::Find(std::string_view check_id) const {
  std::vector<CheckerReport> found;
  for (const auto& [server, report] : servers_) {
    const auto it = report.checks.find(std::string(check_id));
    if (it != report.checks.end()) found.insert(found.end(), it->second.begin(), it->second.end());
  }
  return found;
}

}  // namespace lifeboat::route53
