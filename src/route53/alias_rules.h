// Where an alias may point: to a record of the same type in its own zone, or to the regional domain
// name of an API Gateway custom domain, by the zone id of that region.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "route53/model.h"

namespace lifeboat::route53 {

/// True for `d-` and ten letters or digits under the region's execute-api name: a name that API
/// Gateway makes for a custom domain. Whether it exists in its region can't be known here.
bool IsRegionalDomainName(const dns::Name& name, std::string_view region);

/// What is wrong with the alias of `set`, as Route 53 says it; empty when nothing is. `after` are
/// the zone's records with the whole batch applied.
std::vector<std::string> CheckAlias(const HostedZone& zone, const RecordSets& after,
                                    const ResourceRecordSet& set);

}  // namespace lifeboat::route53
