// The things that Route 53 keeps: hosted zones, resource record sets, health checks, changes.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dns/name.h"
#include "dns/types.h"
#include "health/check.h"

namespace lifeboat::route53 {

// Quotas (Developer Guide, "Quotas").
inline constexpr size_t kMaxHostedZones = 500;
inline constexpr size_t kMaxHealthChecks = 200;
inline constexpr size_t kMaxRecordsPerZone = 10'000;
inline constexpr size_t kMaxValuesPerRecord = 400;
inline constexpr size_t kMaxRecordsPerBatch = 1'000;
inline constexpr size_t kMaxCharactersPerBatch = 32'000;
inline constexpr size_t kMaxTags = 10;
inline constexpr size_t kMaxPageItems = 300;
inline constexpr size_t kDefaultPageItems = 100;
/// Older changes are forgotten: GetChange then knows nothing of them.
inline constexpr size_t kMaxChangesKept = 1'000;
/// CloudFront's hosted zone, the same for all distributions.
inline constexpr std::string_view kCloudFrontZoneId = "Z2FDTNDATAQYW2";
/// TTL of an alias to an AWS resource (Developer Guide, "Values specific for alias records").
inline constexpr uint32_t kAliasTtl = 60;

enum class Failover { kPrimary, kSecondary };

struct AliasTarget {
  std::string hosted_zone_id;
  dns::Name dns_name;
  bool evaluate_target_health = false;
  bool operator==(const AliasTarget&) const = default;
};

/// The records of one name, type and (for all policies but simple) identifier.
struct ResourceRecordSet {
  dns::Name name;
  dns::Type type = dns::Type::kA;
  std::string set_identifier;  ///< Empty: simple routing.
  std::optional<Failover> failover;
  uint32_t ttl = 0;                 ///< Not for aliases.
  std::vector<std::string> values;  ///< As given; empty for aliases.
  std::optional<AliasTarget> alias;
  std::string health_check_id;
  bool operator==(const ResourceRecordSet&) const = default;
};

/// The order of ListResourceRecordSets: name with its labels reversed and a trailing dot, then
/// type, then identifier.
struct RecordKey {
  std::string reversed_name;
  std::string type;
  std::string set_identifier;
  auto operator<=>(const RecordKey&) const = default;
};
std::string ReversedName(const dns::Name& name);
RecordKey KeyOf(const ResourceRecordSet& set);
using RecordSets = std::map<RecordKey, ResourceRecordSet>;
/// The sets of one name and type.
std::vector<const ResourceRecordSet*> FindGroup(const RecordSets& sets, const dns::Name& name,
                                                dns::Type type);

using Tags = std::map<std::string, std::string>;

struct HostedZone {
  std::string id;  ///< Without `/hostedzone/`.
  dns::Name name;
  std::string caller_reference;
  std::string comment;
  std::vector<std::string> name_servers;  ///< Delegation set, without trailing dots.
  uint64_t created_number = 0;            ///< Of equal names the first one is answered.
  Tags tags;
  RecordSets records;
};

struct HealthCheck {
  std::string caller_reference;
  uint64_t version = 1;
  health::CheckConfig config;  ///< Its id is the health check's.
  bool measure_latency = false;
  Tags tags;
};

/// A change is INSYNC when every name server has the snapshot of its number on its disk.
struct Change {
  std::string id;  ///< Without `/change/`.
  uint64_t number = 0;
  WallTime submitted_at;
  std::string comment;
};

/// Names in Route 53's form: lower case, octal escapes, trailing dot.
inline std::string Text(const dns::Name& name) { return name.ToString(dns::Escapes::kOctal); }

}  // namespace lifeboat::route53
