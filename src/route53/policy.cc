#include "route53/policy.h"

#include <algorithm>

namespace lifeboat::route53 {
namespace {

bool IsHealthyAt(const HostedZone& zone, const ResourceRecordSet& set, const HealthView& healthy,
                 int depth) {
  if (!set.health_check_id.empty() && !healthy(set.health_check_id)) return false;
  if (!set.alias || !set.alias->evaluate_target_health || set.alias->hosted_zone_id != zone.id)
    return true;
  if (depth >= kMaxAliasDepth) return false;
  // One healthy record under the alias is enough.
  const auto group = FindGroup(zone.records, set.alias->dns_name, set.type);
  return std::any_of(group.begin(), group.end(), [&](const ResourceRecordSet* target) {
    return IsHealthyAt(zone, *target, healthy, depth + 1);
  });
}

}  // namespace

bool IsHealthy(const HostedZone& zone, const ResourceRecordSet& set, const HealthView& healthy) {
  return IsHealthyAt(zone, set, healthy, 0);
}

const ResourceRecordSet* Choose(const HostedZone& zone, const dns::Name& name, dns::Type type,
                                const HealthView& healthy) {
  const ResourceRecordSet* primary = nullptr;
  const ResourceRecordSet* secondary = nullptr;
  for (const ResourceRecordSet* set : FindGroup(zone.records, name, type)) {
    if (!set->failover) return set;
    (*set->failover == Failover::kPrimary ? primary : secondary) = set;
  }
  if (primary == nullptr || secondary == nullptr) return primary ? primary : secondary;
  if (IsHealthy(zone, *primary, healthy)) return primary;
  return IsHealthy(zone, *secondary, healthy) ? secondary : primary;
}

}  // namespace lifeboat::route53
