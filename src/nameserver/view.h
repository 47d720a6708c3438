// View: every answer that the name server can give at one moment. It is built whole from the zones,
// the world's own names and the health of the checks, and never changes: reader threads hold one
// and take the next when there is one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "dns/zone.h"
#include "fault/fault.h"
#include "nameserver/config.h"
#include "route53/policy.h"
#include "route53/snapshot.h"

namespace lifeboat::nameserver {

using View = dns::ZoneSet;

/// The world's own names: the AWS endpoints of its regions. Those that a fault has emptied exist
/// and have no address.
View MakeWorldNames(const Config& config, const fault::Table& faults);

/// `world`, the name servers of the snapshot's delegation sets, and the snapshot's zones with one
/// record set chosen for each name and type. Of zones with equal names the first is answered.
std::shared_ptr<const View> BuildView(const Config& config, const View& world,
                                      const route53::Snapshot& snapshot,
                                      const route53::HealthView& healthy);

/// An IPv4 address of `name` (text), as a health checker resolves it; nullopt when there is none.
std::optional<std::string> ResolveIpv4(const View& view, std::string_view name, Prng& prng);

}  // namespace lifeboat::nameserver
