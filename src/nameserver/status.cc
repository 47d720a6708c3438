#include "nameserver/status.h"

#include "route53/encoding.h"

namespace lifeboat::nameserver {
namespace {

json::Value DescribeChecker(const health::Observation& seen, const health::CheckerPlace& place) {
  json::Object object{{"checker", seen.checker},
                      {"region", place.region},
                      {"ip_address", place.ip_address},
                      {"healthy", seen.healthy}};
  if (!seen.text.empty()) {
    object.Set("last", seen.text);
    object.Set("at", FormatIso8601Millis(seen.at));
  }
  return object;
}

json::Value DescribeTransition(const health::Transition& transition) {
  return json::Object{{"at", FormatIso8601Millis(transition.at)},
                      {"at_ms", transition.at.millis()},
                      {"status", transition.healthy ? "healthy" : "unhealthy"},
                      {"healthy_checkers", transition.healthy_checkers},
                      {"checkers", transition.checkers}};
}

json::Value DescribeCheck(const health::CheckConfig& check, const health::Monitor& monitor) {
  const health::CheckStatus status = *monitor.GetStatus(check.id);
  json::Array opinions, transitions;
  for (const health::Observation& seen : status.observations) {
    opinions.push_back(DescribeChecker(seen, monitor.places()[static_cast<size_t>(seen.checker)]));
  }
  for (const health::Transition& transition : status.transitions)
    transitions.push_back(DescribeTransition(transition));
  return json::Object{{"id", check.id},
                      {"type", route53::CheckTypeName(check.type)},
                      {"target", check.fqdn.empty() ? check.ip_address : check.fqdn},
                      {"status", status.healthy ? "healthy" : "unhealthy"},
                      {"healthy_checkers", status.healthy_checkers},
                      {"checkers", status.checkers},
                      {"opinions", std::move(opinions)},
                      {"transitions", std::move(transitions)}};
}

}  // namespace

json::Value DescribeStatus(const StatusFacts& facts, health::Now now) {
  json::Array zones, checks;
  for (const route53::HostedZone& zone : facts.snapshot.zones) {
    zones.push_back(json::Object{
        {"id", zone.id}, {"name", route53::Text(zone.name)}, {"records", zone.records.size()}});
  }
  for (const route53::HealthCheck& check : facts.snapshot.checks)
    checks.push_back(DescribeCheck(check.config, facts.monitor));
  return json::Object{{"name", facts.config.name},
                      {"now", FormatIso8601Millis(now.wall)},
                      {"now_ms", now.wall.millis()},
                      {"control_plane_reachable", facts.control_plane_reachable},
                      {"snapshot", json::Object{{"epoch", facts.snapshot.epoch},
                                                {"generation", facts.snapshot.generation},
                                                {"number", facts.snapshot.number},
                                                {"digest", facts.snapshot.digest},
                                                {"persisted", facts.snapshot_persisted},
                                                {"refused", facts.snapshot_refused}}},
                      {"view_number", facts.view_number},
                      {"zones", std::move(zones)},
                      {"checks", std::move(checks)}};
}

}  // namespace lifeboat::nameserver
