#include "route53/state.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "route53/encoding.h"
#include "route53/snapshot.h"

namespace lifeboat::route53 {
namespace {

using storage::Space;

constexpr std::string_view kPrefix = "route53/";
constexpr std::string_view kEpochKey = "route53/epoch";
constexpr std::string_view kNumberKey = "route53/number";
constexpr std::string_view kDigestKey = "route53/digest";
constexpr std::string_view kLineageKey = "route53/lineage";
constexpr std::string_view kFindingsKey = "route53/findings";
constexpr std::string_view kBatchPrefix = "route53/batch/";
constexpr std::string_view kZonePrefix = "route53/zone/";
constexpr std::string_view kRecordPrefix = "route53/record/";
constexpr std::string_view kCheckPrefix = "route53/check/";
constexpr std::string_view kChangePrefix = "route53/change/";
constexpr std::string_view kAppliedPrefix = "route53/applied/";

std::string Key(std::string_view prefix, std::string_view rest) {
  return std::string(prefix) + std::string(rest);
}

std::string RecordStoreKey(std::string_view zone_id, const RecordKey& key) {
  return fmt::format("{}{}/{}/{}/{}", kRecordPrefix, zone_id, key.reversed_name, key.type,
                     key.set_identifier);
}

std::string NumberKey(std::string_view prefix, uint64_t number) {
  return fmt::format("{}{:016x}", prefix, number);
}

json::Value EncodeBatch(const KeptRequest& batch) {
  return json::Object{{"number", batch.number},     {"generation", batch.generation},
                      {"digest", batch.digest},     {"seed", fmt::format("{:016x}", batch.seed)},
                      {"at_ms", batch.at.millis()}, {"method", batch.method},
                      {"target", batch.target},     {"body", batch.body}};
}

std::optional<KeptRequest> DecodeBatch(const json::Value& value) {
  const json::Value* number = value.Find("number");
  const json::Value* at = value.Find("at_ms");
  const std::optional<std::string> seed = HexDecode(value.GetString("seed"));
  if (!number || !number->is_int() || !at || !seed || seed->size() != 8) return std::nullopt;
  return KeptRequest{static_cast<uint64_t>(number->as_int()),
                     value.GetString("generation"),
                     value.GetString("digest"),
                     ByteReader(*seed).U64(),
                     WallTime::FromMillis(at->as_int()),
                     value.GetString("method"),
                     value.GetString("target"),
                     value.GetString("body")};
}

void LoadFindings(State& state, const json::Value& value) {
  for (const json::Value& each : value.as_array()) {
    const json::Value* at = each.Find("at_ms");
    state.findings.push_back({WallTime::FromMillis(at ? at->as_int() : 0), each.GetString("text")});
  }
}

Error Corrupt(std::string_view key) {
  return {ErrorCode::kCorrupt, fmt::format("the value of {} is malformed", key)};
}

Status LoadRecord(State& state, std::string_view key, const json::Value& value) {
  const std::string_view rest = key.substr(kRecordPrefix.size());
  HostedZone* zone = state.FindZone(rest.substr(0, rest.find('/')));
  Result<ResourceRecordSet> set = DecodeRecordSet(value);
  if (zone == nullptr || !set.ok()) return Corrupt(key);
  const RecordKey record_key = KeyOf(*set);
  zone->records.emplace(record_key, std::move(set).value());
  return {};
}

/// What says where the state comes from, rather than what it is; false when `key` is no such thing.
Result<bool> LoadOrigin(State& state, std::string_view key, const json::Value& value) {
  if (key == kEpochKey) {
    state.epoch = value.as_string();
  } else if (key == kNumberKey) {
    state.number = static_cast<uint64_t>(value.as_int());
  } else if (key == kDigestKey) {
    state.digest = value.GetString("digest");
    state.previous = value.GetString("previous");
  } else if (key == kLineageKey) {
    Result<Lineage> lineage = DecodeLineage(value);
    if (!lineage.ok()) return Corrupt(key);
    state.lineage = std::move(lineage).value();
  } else if (key == kFindingsKey) {
    LoadFindings(state, value);
  } else if (key.starts_with(kBatchPrefix)) {
    std::optional<KeptRequest> batch = DecodeBatch(value);
    if (!batch) return Corrupt(key);
    const uint64_t number = batch->number;
    state.batches.emplace(number, *std::move(batch));
  } else {
    return false;
  }
  return true;
}

/// Takes in one stored document that is no record.
Status LoadDocument(State& state, std::string_view key, const json::Value& value) {
  const Result<bool> origin = LoadOrigin(state, key, value);
  if (!origin.ok()) return origin.error();
  if (*origin) return {};
  if (key.starts_with(kZonePrefix)) {
    Result<HostedZone> zone = DecodeZone(value);
    if (!zone.ok()) return Corrupt(key);
    const std::string id = zone->id;
    state.zones.emplace(id, std::move(zone).value());
  } else if (key.starts_with(kCheckPrefix)) {
    Result<HealthCheck> check = DecodeCheck(value);
    if (!check.ok()) return Corrupt(key);
    const std::string id = check->config.id;
    state.checks.emplace(id, std::move(check).value());
  } else if (key.starts_with(kChangePrefix)) {
    Result<Change> change = DecodeChange(value);
    if (!change.ok()) return Corrupt(key);
    state.changes.emplace(change->number, std::move(change).value());
  } else if (key.starts_with(kAppliedPrefix)) {
    state.applied[std::string(key.substr(kAppliedPrefix.size()))] =
        static_cast<uint64_t>(value.as_int());
  } else if (!key.starts_with(kRecordPrefix)) {
    return Corrupt(key);
  }
  return {};
}

}  // namespace

HostedZone* State::FindZone(std::string_view id) {
  const auto it = zones.find(id);
  return it == zones.end() ? nullptr : &it->second;
}

HealthCheck* State::FindCheck(std::string_view id) {
  const auto it = checks.find(id);
  return it == checks.end() ? nullptr : &it->second;
}

Result<State> LoadState(const storage::Engine& engine) {
  State state;
  // Two walks: records need their zones, which stand later in key order.
  for (const bool records : {false, true}) {
    const std::string_view prefix = records ? kRecordPrefix : kPrefix;
    const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
    for (it->Seek(prefix); it->Valid(); it->Next()) {
      const Result<json::Value> value = json::Parse(it->value());
      if (!value.ok()) return Corrupt(it->key());
      const Status status =
          records ? LoadRecord(state, it->key(), *value) : LoadDocument(state, it->key(), *value);
      if (!status.ok()) return status.error();
    }
    if (const Status status = it->status(); !status.ok()) return status.error();
  }
  state.content = EncodeContent(state);
  return state;
}

void StateWriter::PutEpoch(const std::string& epoch) {
  batch_.Put(Space::kMeta, std::string(kEpochKey), json::Quote(epoch));
}
void StateWriter::PutNumber(uint64_t number) {
  batch_.Put(Space::kMeta, std::string(kNumberKey), std::to_string(number));
}
void StateWriter::PutZone(const HostedZone& zone) {
  batch_.Put(Space::kMeta, Key(kZonePrefix, zone.id), json::Write(EncodeZone(zone)));
}
void StateWriter::DeleteZone(const std::string& id) {
  const std::string records = Key(kRecordPrefix, id) + "/";
  batch_.DeleteRange(Space::kMeta, records, storage::PrefixEnd(records));
  batch_.Delete(Space::kMeta, Key(kZonePrefix, id));
}
void StateWriter::PutRecord(const std::string& zone_id, const ResourceRecordSet& set) {
  batch_.Put(Space::kMeta, RecordStoreKey(zone_id, KeyOf(set)), json::Write(EncodeRecordSet(set)));
}
void StateWriter::DeleteRecord(const std::string& zone_id, const RecordKey& key) {
  batch_.Delete(Space::kMeta, RecordStoreKey(zone_id, key));
}
void StateWriter::PutCheck(const HealthCheck& check) {
  batch_.Put(Space::kMeta, Key(kCheckPrefix, check.config.id), json::Write(EncodeCheck(check)));
}
void StateWriter::DeleteCheck(const std::string& id) {
  batch_.Delete(Space::kMeta, Key(kCheckPrefix, id));
}
void StateWriter::PutChange(const Change& change) {
  batch_.Put(Space::kMeta, NumberKey(kChangePrefix, change.number),
             json::Write(EncodeChange(change)));
}
void StateWriter::DeleteChange(uint64_t number) {
  batch_.Delete(Space::kMeta, NumberKey(kChangePrefix, number));
}
void StateWriter::PutApplied(const std::string& server, uint64_t number) {
  batch_.Put(Space::kMeta, Key(kAppliedPrefix, server), std::to_string(number));
}
void StateWriter::PutDigests(const State& state) {
  batch_.Put(Space::kMeta, std::string(kDigestKey),
             json::Write(json::Object{{"digest", state.digest}, {"previous", state.previous}}));
}
void StateWriter::PutLineage(const Lineage& lineage) {
  batch_.Put(Space::kMeta, std::string(kLineageKey), json::Write(EncodeLineage(lineage)));
}
void StateWriter::PutBatch(const KeptRequest& batch) {
  batch_.Put(Space::kMeta, NumberKey(kBatchPrefix, batch.number), json::Write(EncodeBatch(batch)));
}
void StateWriter::DeleteBatch(uint64_t number) {
  batch_.Delete(Space::kMeta, NumberKey(kBatchPrefix, number));
}
void StateWriter::PutFindings(const std::vector<Finding>& findings) {
  json::Array array;
  for (const Finding& finding : findings)
    array.push_back(json::Object{{"at_ms", finding.at.millis()}, {"text", finding.text}});
  batch_.Put(Space::kMeta, std::string(kFindingsKey), json::Write(std::move(array)));
}

void StateWriter::ReplaceAll(const State& state) {
  batch_ = {};
  batch_.DeleteRange(Space::kMeta, std::string(kPrefix), storage::PrefixEnd(kPrefix));
  PutEpoch(state.epoch);
  PutNumber(state.number);
  PutDigests(state);
  PutLineage(state.lineage);
  PutFindings(state.findings);
  for (const auto& [id, zone] : state.zones) {
    PutZone(zone);
    for (const auto& [key, set] : zone.records) PutRecord(id, set);
  }
  for (const auto& [id, check] : state.checks) PutCheck(check);
  for (const auto& [number, change] : state.changes) PutChange(change);
  for (const auto& [server, number] : state.applied) PutApplied(server, number);
  for (const auto& [number, batch] : state.batches) PutBatch(batch);
}

}  // namespace lifeboat::route53
