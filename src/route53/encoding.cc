#include "route53/encoding.h"

#include <limits>

namespace lifeboat::route53 {
namespace {

using health::CheckConfig;
using health::CheckType;

constexpr std::pair<CheckType, std::string_view> kCheckTypes[] = {
    {CheckType::kHttp, "HTTP"},
    {CheckType::kHttps, "HTTPS"},
    {CheckType::kHttpStrMatch, "HTTP_STR_MATCH"},
    {CheckType::kHttpsStrMatch, "HTTPS_STR_MATCH"},
    {CheckType::kTcp, "TCP"},
    {CheckType::kCalculated, "CALCULATED"},
};

/// Far above what AWS takes (10 or 30), and far below what times can hold.
constexpr int64_t kMaxIntervalSeconds = 3600;

Error Corrupt(std::string_view what) {
  return {ErrorCode::kCorrupt, "stored " + std::string(what) + " is malformed"};
}

json::Value EncodeStrings(const std::vector<std::string>& strings) {
  json::Array array;
  for (const std::string& string : strings) array.emplace_back(string);
  return array;
}

std::vector<std::string> DecodeStrings(const json::Value& value, std::string_view key) {
  std::vector<std::string> strings;
  const json::Value* array = value.Find(key);
  if (array == nullptr) return strings;
  for (const json::Value& item : array->as_array()) strings.push_back(item.as_string());
  return strings;
}

json::Value EncodeTags(const Tags& tags) {
  json::Object object;
  for (const auto& [key, value] : tags) object.Append(key, value);
  return object;
}

Tags DecodeTags(const json::Value& value) {
  Tags tags;
  if (const json::Value* object = value.Find("tags")) {
    for (const auto& [key, text] : object->as_object()) tags.emplace(key, text.as_string());
  }
  return tags;
}

int64_t Number(const json::Value& value, std::string_view key) {
  const json::Value* number = value.Find(key);
  return number ? number->as_int() : 0;
}

bool Flag(const json::Value& value, std::string_view key) {
  const json::Value* flag = value.Find(key);
  return flag != nullptr && flag->as_bool();
}

}  // namespace

std::string_view CheckTypeName(CheckType type) {
  for (const auto& [known, name] : kCheckTypes) {
    if (known == type) return name;
  }
  return "";
}

std::optional<CheckType> ParseCheckType(std::string_view name) {
  for (const auto& [type, known] : kCheckTypes) {
    if (known == name) return type;
  }
  return std::nullopt;
}

json::Value EncodeRecordSet(const ResourceRecordSet& set) {
  json::Object object{{"name", Text(set.name)}, {"type", dns::TypeName(set.type)}};
  if (!set.set_identifier.empty()) object.Set("set_identifier", set.set_identifier);
  if (set.failover) {
    object.Set("failover", *set.failover == Failover::kPrimary ? "PRIMARY" : "SECONDARY");
  }
  if (set.alias) {
    object.Set("alias",
               json::Object{{"hosted_zone_id", set.alias->hosted_zone_id},
                            {"dns_name", Text(set.alias->dns_name)},
                            {"evaluate_target_health", set.alias->evaluate_target_health}});
  } else {
    object.Set("ttl", set.ttl);
    object.Set("values", EncodeStrings(set.values));
  }
  if (!set.health_check_id.empty()) object.Set("health_check_id", set.health_check_id);
  return object;
}

Result<ResourceRecordSet> DecodeRecordSet(const json::Value& value) {
  const Result<dns::Name> name = dns::Name::Parse(value.GetString("name"), dns::Escapes::kOctal);
  const std::optional<dns::Type> type = dns::ParseType(value.GetString("type"));
  if (!name.ok() || !type) return Corrupt("record set");
  ResourceRecordSet set{.name = *name, .type = *type};
  set.set_identifier = value.GetString("set_identifier");
  const std::string& failover = value.GetString("failover");
  if (!failover.empty())
    set.failover = failover == "PRIMARY" ? Failover::kPrimary : Failover::kSecondary;
  if (const json::Value* alias = value.Find("alias")) {
    const Result<dns::Name> target =
        dns::Name::Parse(alias->GetString("dns_name"), dns::Escapes::kOctal);
    if (!target.ok()) return Corrupt("alias");
    set.alias = AliasTarget{alias->GetString("hosted_zone_id"), *target,
                            Flag(*alias, "evaluate_target_health")};
  }
  const int64_t ttl = Number(value, "ttl");
  if (ttl < 0 || ttl > std::numeric_limits<int32_t>::max()) return Corrupt("TTL");
  set.ttl = static_cast<uint32_t>(ttl);
  set.values = DecodeStrings(value, "values");
  set.health_check_id = value.GetString("health_check_id");
  return set;
}

json::Value EncodeZone(const HostedZone& zone) {
  return json::Object{{"id", zone.id},
                      {"name", Text(zone.name)},
                      {"caller_reference", zone.caller_reference},
                      {"comment", zone.comment},
                      {"name_servers", EncodeStrings(zone.name_servers)},
                      {"created_number", zone.created_number},
                      {"tags", EncodeTags(zone.tags)}};
}

Result<HostedZone> DecodeZone(const json::Value& value) {
  const Result<dns::Name> name = dns::Name::Parse(value.GetString("name"), dns::Escapes::kOctal);
  if (!name.ok() || value.GetString("id").empty()) return Corrupt("hosted zone");
  HostedZone zone{.id = value.GetString("id"), .name = *name};
  zone.caller_reference = value.GetString("caller_reference");
  zone.comment = value.GetString("comment");
  zone.name_servers = DecodeStrings(value, "name_servers");
  zone.created_number = static_cast<uint64_t>(Number(value, "created_number"));
  zone.tags = DecodeTags(value);
  return zone;
}

json::Value EncodeCheck(const HealthCheck& check) {
  const CheckConfig& config = check.config;
  return json::Object{{"id", config.id},
                      {"caller_reference", check.caller_reference},
                      {"version", check.version},
                      {"type", CheckTypeName(config.type)},
                      {"ip_address", config.ip_address},
                      {"fqdn", config.fqdn},
                      {"port", static_cast<int>(config.port)},
                      {"resource_path", config.resource_path},
                      {"search_string", config.search_string},
                      {"request_interval_s", config.request_interval.millis() / 1000},
                      {"failure_threshold", config.failure_threshold},
                      {"inverted", config.inverted},
                      {"disabled", config.disabled},
                      {"enable_sni", config.enable_sni},
                      {"regions", EncodeStrings(config.regions)},
                      {"children", EncodeStrings(config.children)},
                      {"health_threshold", config.health_threshold},
                      {"measure_latency", check.measure_latency},
                      {"tags", EncodeTags(check.tags)}};
}

Result<HealthCheck> DecodeCheck(const json::Value& value) {
  HealthCheck check;
  CheckConfig& config = check.config;
  config.id = value.GetString("id");
  const std::optional<CheckType> type = ParseCheckType(value.GetString("type"));
  const int64_t interval = Number(value, "request_interval_s");
  if (config.id.empty() || !type || interval < 1 || interval > kMaxIntervalSeconds) {
    return Corrupt("health check");
  }
  check.caller_reference = value.GetString("caller_reference");
  check.version = static_cast<uint64_t>(Number(value, "version"));
  check.measure_latency = Flag(value, "measure_latency");
  check.tags = DecodeTags(value);
  config.type = *type;
  config.ip_address = value.GetString("ip_address");
  config.fqdn = value.GetString("fqdn");
  config.port = static_cast<uint16_t>(Number(value, "port"));
  config.resource_path = value.GetString("resource_path");
  config.search_string = value.GetString("search_string");
  config.request_interval = Duration::Seconds(interval);
  config.failure_threshold = static_cast<int>(Number(value, "failure_threshold"));
  config.inverted = Flag(value, "inverted");
  config.disabled = Flag(value, "disabled");
  config.enable_sni = Flag(value, "enable_sni");
  config.regions = DecodeStrings(value, "regions");
  config.children = DecodeStrings(value, "children");
  config.health_threshold = static_cast<int>(Number(value, "health_threshold"));
  return check;
}

json::Value EncodeChange(const Change& change) {
  return json::Object{{"id", change.id},
                      {"number", change.number},
                      {"submitted_at_ms", change.submitted_at.millis()},
                      {"comment", change.comment}};
}

Result<Change> DecodeChange(const json::Value& value) {
  if (value.GetString("id").empty()) return Corrupt("change");
  return Change{value.GetString("id"), static_cast<uint64_t>(Number(value, "number")),
                WallTime::FromMillis(Number(value, "submitted_at_ms")), value.GetString("comment")};
}

}  // namespace lifeboat::route53
