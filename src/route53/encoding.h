// Zones, records and checks as JSON: one form for the disk and for the snapshots that name servers
// get. docs/formats/zones.md describes it.
#pragma once

#include "base/result.h"
#include "json/value.h"
#include "route53/model.h"

namespace lifeboat::route53 {

json::Value EncodeRecordSet(const ResourceRecordSet& set);
/// kCorrupt when it is not what EncodeRecordSet makes. The same for those below.
Result<ResourceRecordSet> DecodeRecordSet(const json::Value& value);

/// Without its records.
json::Value EncodeZone(const HostedZone& zone);
Result<HostedZone> DecodeZone(const json::Value& value);

json::Value EncodeCheck(const HealthCheck& check);
Result<HealthCheck> DecodeCheck(const json::Value& value);

json::Value EncodeChange(const Change& change);
Result<Change> DecodeChange(const json::Value& value);

/// `HTTPS_STR_MATCH` and so on.
std::string_view CheckTypeName(health::CheckType type);
std::optional<health::CheckType> ParseCheckType(std::string_view name);

}  // namespace lifeboat::route53
