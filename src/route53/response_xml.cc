#include "route53/response_xml.h"

#include "route53/encoding.h"

namespace lifeboat::route53 {
namespace {

int64_t Number(size_t value) { return static_cast<int64_t>(value); }

void WriteEndpoint(http::XmlWriter& xml, const health::CheckConfig& config) {
  if (!config.ip_address.empty()) xml.Leaf("IPAddress", config.ip_address);
  if (config.type != health::CheckType::kCalculated) xml.Leaf("Port", int64_t{config.port});
  xml.Leaf("Type", CheckTypeName(config.type));
  if (!config.resource_path.empty()) xml.Leaf("ResourcePath", config.resource_path);
  if (!config.fqdn.empty()) xml.Leaf("FullyQualifiedDomainName", config.fqdn);
  if (!config.search_string.empty()) xml.Leaf("SearchString", config.search_string);
}

void WriteList(http::XmlWriter& xml, std::string_view name, std::string_view item,
               const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  xml.Open(name);
  for (const std::string& text : texts) xml.Leaf(item, text);
  xml.Close();
}

}  // namespace

void WriteHostedZone(http::XmlWriter& xml, const HostedZone& zone) {
  xml.Open("HostedZone").Leaf("Id", "/hostedzone/" + zone.id).Leaf("Name", Text(zone.name));
  xml.Leaf("CallerReference", zone.caller_reference).Open("Config");
  if (!zone.comment.empty()) xml.Leaf("Comment", zone.comment);
  xml.Leaf("PrivateZone", false).Close();
  xml.Leaf("ResourceRecordSetCount", Number(zone.records.size())).Close();
}

void WriteDelegationSet(http::XmlWriter& xml, const HostedZone& zone) {
  xml.Open("DelegationSet").Open("NameServers");
  for (const std::string& server : zone.name_servers) xml.Leaf("NameServer", server);
  xml.Close().Close();
}

void WriteChangeInfo(http::XmlWriter& xml, const Operation& op, const Change& change) {
  xml.Open("ChangeInfo").Leaf("Id", "/change/" + change.id).Leaf("Status", StatusOf(op, change));
  xml.Leaf("SubmittedAt", FormatIso8601Millis(change.submitted_at));
  if (!change.comment.empty()) xml.Leaf("Comment", change.comment);
  xml.Close();
}

void WriteRecordSet(http::XmlWriter& xml, const ResourceRecordSet& set) {
  xml.Open("ResourceRecordSet").Leaf("Name", Text(set.name)).Leaf("Type", dns::TypeName(set.type));
  if (!set.set_identifier.empty()) xml.Leaf("SetIdentifier", set.set_identifier);
  if (set.failover)
    xml.Leaf("Failover", *set.failover == Failover::kPrimary ? "PRIMARY" : "SECONDARY");
  if (set.alias) {
    xml.Open("AliasTarget").Leaf("HostedZoneId", set.alias->hosted_zone_id);
    xml.Leaf("DNSName", Text(set.alias->dns_name));
    xml.Leaf("EvaluateTargetHealth", set.alias->evaluate_target_health).Close();
  } else {
    xml.Leaf("TTL", int64_t{set.ttl}).Open("ResourceRecords");
    for (const std::string& value : set.values)
      xml.Open("ResourceRecord").Leaf("Value", value).Close();
    xml.Close();
  }
  if (!set.health_check_id.empty()) xml.Leaf("HealthCheckId", set.health_check_id);
  xml.Close();
}

void WriteHealthCheck(http::XmlWriter& xml, const HealthCheck& check) {
  const health::CheckConfig& config = check.config;
  const bool calculated = config.type == health::CheckType::kCalculated;
  xml.Open("HealthCheck").Leaf("Id", config.id).Leaf("CallerReference", check.caller_reference);
  xml.Open("HealthCheckConfig");
  WriteEndpoint(xml, config);
  if (!calculated) {
    xml.Leaf("RequestInterval", config.request_interval.millis() / 1000);
    xml.Leaf("FailureThreshold", int64_t{config.failure_threshold});
    xml.Leaf("MeasureLatency", check.measure_latency);
  }
  xml.Leaf("Inverted", config.inverted).Leaf("Disabled", config.disabled);
  if (calculated) {
    xml.Leaf("HealthThreshold", int64_t{config.health_threshold});
    WriteList(xml, "ChildHealthChecks", "ChildHealthCheck", config.children);
  } else {
    xml.Leaf("EnableSNI", config.enable_sni);
    WriteList(xml, "Regions", "Region", config.regions);
  }
  xml.Close().Leaf("HealthCheckVersion", static_cast<int64_t>(check.version)).Close();
}

void WriteObservations(http::XmlWriter& xml, const std::vector<CheckerReport>& reports,
                       bool failures) {
  xml.Open("HealthCheckObservations");
  for (const CheckerReport& report : reports) {
    const std::string& text = failures ? report.failure_text : report.text;
    if (text.empty()) continue;
    xml.Open("HealthCheckObservation").Leaf("Region", report.region);
    xml.Leaf("IPAddress", report.ip_address).Open("StatusReport").Leaf("Status", text);
    xml.Leaf("CheckedTime", FormatIso8601Millis(failures ? report.failure_at : report.at));
    xml.Close().Close();
  }
  xml.Close();
}

void WriteTags(http::XmlWriter& xml, std::string_view resource_type, std::string_view resource_id,
               const Tags& tags) {
  xml.Open("ResourceTagSet").Leaf("ResourceType", resource_type).Leaf("ResourceId", resource_id);
  xml.Open("Tags");
  for (const auto& [key, value] : tags)
    xml.Open("Tag").Leaf("Key", key).Leaf("Value", value).Close();
  xml.Close().Close();
}

}  // namespace lifeboat::route53
