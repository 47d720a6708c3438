#include "health/probe.h"

#include <fmt/format.h>

namespace lifeboat::health {
namespace {

/// `name:port` unless the port is the scheme's own (API Reference, FullyQualifiedDomainName).
std::string HostHeader(const CheckConfig& check, std::string_view address) {
  const std::string host = check.fqdn.empty() ? std::string(address) : check.fqdn;
  const uint16_t standard = check.is_tls() ? 443 : 80;
  return check.port == standard ? host : fmt::format("{}:{}", host, check.port);
}

std::string FailureText(const ProbeOutcome& outcome) {
  switch (outcome.stage) {
    case ProbeStage::kResolve:
      return "Failure: DNS resolution failed. The domain name did not resolve to an IPv4 address.";
    case ProbeStage::kConnect:
      return outcome.timed_out
                 ? "Failure: Connection timed out. The endpoint or the internet connection is "
                   "down, or requests are being blocked by your firewall."
                 : "Failure: Connection refused. The endpoint or the internet connection is down, "
                   "or requests are being blocked by your firewall.";
    case ProbeStage::kTls:
      return outcome.timed_out ? "Failure: SSL handshake timed out."
                               : "Failure: SSL alert handshake_failure.";
    case ProbeStage::kStatus:
      return outcome.timed_out ? "Failure: HTTP response timed out. The endpoint did not respond "
                                 "with a status code in time."
                               : "Failure: The endpoint closed the connection without an HTTP "
                                 "response.";
    case ProbeStage::kBody:
    case ProbeStage::kDone:
      break;
  }
  return outcome.timed_out ? "Failure: The response body did not arrive in time."
                           : "Failure: The connection was closed within the response body.";
}

}  // namespace

ProbeTarget MakeProbeTarget(const CheckConfig& check, std::string address) {
  ProbeTarget target;
  target.type = check.type;
  target.port = check.port;
  target.tls = check.is_tls();
  if (check.enable_sni) target.server_name = check.fqdn;
  target.host = HostHeader(check, address);
  if (!check.resource_path.empty()) {
    target.path =
        check.resource_path.front() == '/' ? check.resource_path : "/" + check.resource_path;
  }
  if (check.has_search_string()) target.search_string = check.search_string;
  target.user_agent = fmt::format(
      "Amazon-Route53-Health-Check-Service (ref {}; report http://amzn.to/1vsZADi)", check.id);
  target.address = std::move(address);
  return target;
}

Verdict Evaluate(const CheckConfig& check, const ProbeOutcome& outcome) {
  const bool searched = check.has_search_string();
  // A body that breaks off still counts when the string stands in the part that came.
  const bool status_known =
      outcome.stage == ProbeStage::kDone || (searched && outcome.stage == ProbeStage::kBody);
  if (!status_known) return {false, FailureText(outcome)};
  if (check.type == CheckType::kTcp) return {true, "Success: TCP connection established"};

  const bool good_status = outcome.status >= 200 && outcome.status < 400;
  const std::string status = fmt::format("HTTP Status Code {}, {}", outcome.status, outcome.reason);
  if (!good_status) return {false, "Failure: " + status};
  if (!searched) return {true, "Success: " + status};
  const std::string_view body = std::string_view(outcome.body).substr(0, kMaxSearchedBytes);
  if (body.find(check.search_string) != std::string_view::npos) return {true, "Success: " + status};
  if (outcome.stage == ProbeStage::kBody) return {false, FailureText(outcome)};
  return {false, fmt::format("Failure: {}. The search string was not found in the first {} bytes "
                             "of the response body.",
                             status, kMaxSearchedBytes)};
}

}  // namespace lifeboat::health
