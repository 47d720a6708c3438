#include "route53/snapshot.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "route53/encoding.h"

namespace lifeboat::route53 {
namespace {

Error BadSnapshot(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

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
  if (records == nullptr) return BadSnapshot("a zone has no records");
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

Status ReadContent(const json::Value& value, Snapshot& snapshot) {
  for (const json::Value& zone_value : value.Find("zones")->as_array()) {
    Result<HostedZone> zone = DecodeZoneWithRecords(zone_value);
    if (!zone.ok()) return zone.error();
    snapshot.zones.push_back(std::move(zone).value());
  }
  for (const json::Value& check_value : value.Find("checks")->as_array()) {
    Result<HealthCheck> check = DecodeCheck(check_value);
    if (!check.ok()) return check.error();
    snapshot.checks.push_back(std::move(check).value());
  }
  return {};
}

/// Epoch, number and whether there is content: what all formats have.
Status ReadHead(const json::Value& value, Snapshot& snapshot) {
  const json::Value* number = value.Find("number");
  const json::Value* zones = value.Find("zones");
  const json::Value* checks = value.Find("checks");
  snapshot.epoch = value.GetString("epoch");
  if (!number || !number->is_int() || number->as_int() < 0 || !zones || !zones->is_array() ||
      !checks || !checks->is_array() || snapshot.epoch.empty())
    return BadSnapshot("a snapshot lacks epoch, number, zones or checks");
  snapshot.number = static_cast<uint64_t>(number->as_int());
  return {};
}

Status ReadFirstFormat(const json::Value& value, Snapshot& snapshot) {
  if (Status head = ReadHead(value, snapshot); !head.ok()) return head;
  snapshot.generation = snapshot.epoch;
  snapshot.lineage.stretches = {{snapshot.epoch, 0}};
  return {};
}

Status ReadSecondFormat(const json::Value& value, Snapshot& snapshot) {
  if (Status head = ReadHead(value, snapshot); !head.ok()) return head;
  snapshot.generation = value.GetString("generation");
  snapshot.digest = value.GetString("digest");
  snapshot.previous = value.GetString("previous");
  const json::Value* lineage_value = value.Find("lineage");
  Result<Lineage> lineage = DecodeLineage(lineage_value ? *lineage_value : json::Value());
  if (!lineage.ok()) return lineage.error();
  snapshot.lineage = std::move(lineage).value();
  if (GenerationOf(snapshot.lineage, snapshot.number) != snapshot.generation)
    return BadSnapshot("a snapshot's generation is not the one of its lineage");
  if (const json::Value* base = value.Find("base"); base != nullptr && !base->is_null()) {
    Result<Held> held = DecodeHeld(*base);
    if (!held.ok()) return held.error();
    snapshot.base = std::move(held).value();
  }
  const std::string content =
      json::Write(json::Object{{"zones", *value.Find("zones")}, {"checks", *value.Find("checks")}});
  if (ContentDigest(snapshot.previous, snapshot.number, content) != snapshot.digest)
    return BadSnapshot("a snapshot's content does not fit its digest");
  return {};
}

}  // namespace

std::string EncodeContent(const State& state) {
  std::vector<const HostedZone*> zones;
  for (const auto& [id, zone] : state.zones) zones.push_back(&zone);
  std::sort(zones.begin(), zones.end(), [](const HostedZone* a, const HostedZone* b) {
    return std::tie(a->created_number, a->id) < std::tie(b->created_number, b->id);
  });
  json::Array zone_values, check_values;
  for (const HostedZone* zone : zones) zone_values.push_back(EncodeZoneWithRecords(*zone));
  for (const auto& [id, check] : state.checks) check_values.push_back(EncodeCheck(check));
  return json::Write(
      json::Object{{"zones", std::move(zone_values)}, {"checks", std::move(check_values)}});
}

std::string ContentDigest(std::string_view previous, uint64_t number, std::string_view content) {
  return Sha256Hex(fmt::format("{}\n{}\n{}", previous, number, content));
}

std::string EncodeSnapshot(const State& state, const Held& base) {
  std::string text =
      json::Write(json::Object{{"format", kSnapshotFormat},
                               {"epoch", state.epoch},
                               {"generation", GenerationOf(state.lineage, state.number)},
                               {"number", state.number},
                               {"digest", state.digest},
                               {"previous", state.previous},
                               {"lineage", EncodeLineage(state.lineage)},
                               {"base", base.empty() ? json::Value() : EncodeHeld(base)}});
  // The content is JSON text already: both objects become one.
  text.back() = ',';
  text.append(std::string_view(state.content).substr(1));
  return text;
}

Result<Snapshot> DecodeSnapshot(std::string_view text) {
  const Result<json::Value> value = json::Parse(text);
  if (!value.ok()) return BadSnapshot(value.error().message);
  const json::Value* format = value->Find("format");
  if (!format || !format->is_int()) return BadSnapshot("not a snapshot");
  Snapshot snapshot;
  Status read = format->as_int() == 1   ? ReadFirstFormat(*value, snapshot)
                : format->as_int() == 2 ? ReadSecondFormat(*value, snapshot)
                                        : BadSnapshot("not a snapshot of format 1 or 2");
  if (read.ok()) read = ReadContent(*value, snapshot);
  if (!read.ok()) return read.error();
  return snapshot;
}

}  // namespace lifeboat::route53
