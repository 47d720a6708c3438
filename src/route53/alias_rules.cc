#include "route53/alias_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/aws_regions.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kDomainIdLength = 10;

struct Target {
  bool lies_within_zone = false;
  bool found = false;
};

dns::Name ExecuteApiName(std::string_view region) {
  return dns::Name::Parse(fmt::format("execute-api.{}.amazonaws.com", region)).value();
}

Target FindTarget(const HostedZone& zone, const RecordSets& after, const ResourceRecordSet& set) {
  const AliasTarget& alias = *set.alias;
  if (alias.hosted_zone_id == zone.id) {
    const bool itself = alias.dns_name == set.name;
    return {alias.dns_name.IsWithin(zone.name),
            !itself && !FindGroup(after, alias.dns_name, set.type).empty()};
  }
  // No distribution exists in a world of ours, so none is ever found.
  if (alias.hosted_zone_id == kCloudFrontZoneId)
    return {alias.dns_name.IsWithin(dns::Name::Parse("cloudfront.net").value()), false};
  for (const AwsRegion& region : AllAwsRegions()) {
    if (region.execute_api_zone_id != alias.hosted_zone_id) continue;
    return {alias.dns_name.IsWithin(ExecuteApiName(region.name)),
            set.type == dns::Type::kA && IsRegionalDomainName(alias.dns_name, region.name)};
  }
  return {};
}

}  // namespace

bool IsRegionalDomainName(const dns::Name& name, std::string_view region) {
  if (name.Parent() != ExecuteApiName(region)) return false;
  const std::string_view label = name.Labels().front();
  return label.size() == kDomainIdLength + 2 && label.starts_with("d-") &&
         std::all_of(label.begin() + 2, label.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::vector<std::string> CheckAlias(const HostedZone& zone, const RecordSets& after,
                                    const ResourceRecordSet& set) {
  if (!set.alias) return {};
  const Target target = FindTarget(zone, after, set);
  const std::string start =
      fmt::format("Tried to create an alias that targets {}, type {} in zone {}, but ",
                  Text(set.alias->dns_name), dns::TypeName(set.type), set.alias->hosted_zone_id);
  std::vector<std::string> problems;
  if (!target.lies_within_zone)
    problems.push_back(start + "the alias target name does not lie within the target zone");
  if (!target.found) problems.push_back(start + "that target was not found");
  return problems;
}

}  // namespace lifeboat::route53
