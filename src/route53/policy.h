// Which record set answers a name and type: Route 53's choice by routing policy and health, as pure
// functions (Developer Guide, "How Amazon Route 53 chooses records when health checking is
// configured"). Policies see no packets and no clocks.
#pragma once

#include <functional>
#include <string_view>

#include "route53/model.h"

namespace lifeboat::route53 {

/// Tells whether a health check is healthy; true for one that does not exist.
using HealthView = std::function<bool(std::string_view check_id)>;

/// Aliases that lead through more sets than this lead nowhere.
inline constexpr int kMaxAliasDepth = 8;

/// Chooses among the sets of one name and type; nullptr when there are none.
///   simple: the set; its health does not count.
///   failover: the primary when it is healthy; else the secondary when that is healthy; else the
///   primary, since a wrong guess of all checkers together must not take the name away.
const ResourceRecordSet* Choose(const HostedZone& zone, const dns::Name& name, dns::Type type,
                                const HealthView& healthy);

/// Health of one set: its check, and for an alias with EvaluateTargetHealth what it points to. A
/// set without a check is healthy. An alias to API Gateway is healthy as long as the service is,
/// which its own check must find out (API Gateway Developer Guide, "Configure custom health checks
/// for DNS failover").
bool IsHealthy(const HostedZone& zone, const ResourceRecordSet& set, const HealthView& healthy);

}  // namespace lifeboat::route53
