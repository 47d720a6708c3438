#include "route53/snapshot.h"

#include <algorithm>

#include "route53/encoding.h"

namespace lifeboat::route53 {
namespace {

json::Value EncodeZoneWithRecords(const HostedZone& zone) {
  json::Value value = EncodeZone(zone);
  json::Array records;
  for (const auto& [key, set] : zone.records) records.push_back(EncodeRecordSet(set));
  value.if_object()->Set("records", std::move(records));
  return value;
}

Result<HostedZone> DecodeZoneWithRecords(const json::Value& value) {
  Result<HostedZone> zone = DecodeZone(value);
  if (!zone.ok()) return zone;
  const json::Value* records = value.Find("records");
  if (records == nullptr) return Error{ErrorCode::kCorrupt, "a zone has no records"};
  for (const json::Value& record : records->as_array()) {
    Result<ResourceRecordSet> set = DecodeRecordSet(record);
    if (!set.ok()) return set.error();
    if (!set->name.IsWithin(zone->name)) {
      return Error{ErrorCode::kCorrupt, "a record lies outside of its zone"};
    }
    RecordKey key = KeyOf(*set);
    zone->records.emplace(std::move(key), std::move(set).value());
  }
  return zone;
}

}  // namespace

std::string EncodeSnapshot(const State& state) {
  std::vector<const HostedZone*> zones;
  for (const auto& [id, zone] : state.zones) zones.push_back(&zone);
  std::sort(zones.begin(), zones.end(), [](const HostedZone* a, const HostedZone* b) {
    return a->created_number < b->created_number;
  });
  json::Array zone_values, check_values;
  for (const HostedZone* zone : zones) zone_values.push_back(EncodeZoneWithRecords(*zone));
  for (const auto& [id, check] : state.checks) check_values.push_back(EncodeCheck(check));
  return json::Write(json::Object{{"format", kSnapshotFormat},
                                  {"epoch", state.epoch},
                                  {"number", state.number},
                                  {"zones", std::move(zone_values)},
                                  {"checks", std::move(check_values)}});
}

Result<Snapshot> DecodeSnapshot(std::string_view text) {
  const Result<json::Value> value = json::Parse(text);
  if (!value.ok()) return Error{ErrorCode::kCorrupt, value.error().message};
  const json::Value* format = value->Find("format");
  const json::Value* number = value->Find("number");
  const json::Value* zones = value->Find("zones");
  const json::Value* checks = value->Find("checks");
  if (!format || format->as_int() != kSnapshotFormat || !number || !zones || !checks)
    return Error{ErrorCode::kCorrupt, "not a snapshot of format 1"};
  Snapshot snapshot{value->GetString("epoch"), static_cast<uint64_t>(number->as_int())};
  for (const json::Value& zone_value : zones->as_array()) {
    Result<HostedZone> zone = DecodeZoneWithRecords(zone_value);
    if (!zone.ok()) return zone.error();
    snapshot.zones.push_back(std::move(zone).value());
  }
  for (const json::Value& check_value : checks->as_array()) {
    Result<HealthCheck> check = DecodeCheck(check_value);
    if (!check.ok()) return check.error();
    snapshot.checks.push_back(check->config);
  }
  return snapshot;
}

}  // namespace lifeboat::route53
