#include "nameserver/view.h"

#include "dns/address.h"
#include "dns/answer.h"
#include "dns/rdata.h"

namespace lifeboat::nameserver {
namespace {

using route53::HostedZone;
using route53::ResourceRecordSet;

/// Works out the answers of one zone.
class ZoneBuilder {
 public:
  ZoneBuilder(const HostedZone& zone, const View& world, const route53::HealthView& healthy)
      : zone_(zone), world_(world), healthy_(healthy) {}

  std::shared_ptr<const dns::Zone> Build() const {
    auto built = std::make_shared<dns::Zone>(zone_.name);
    const route53::RecordKey* last = nullptr;
    for (const auto& [key, set] : zone_.records) {
      const bool same_group =
          last != nullptr && last->reversed_name == key.reversed_name && last->type == key.type;
      last = &key;
      if (!same_group) built->Add(set.name, Resolve(set.name, set.type, 0));
    }
    return built;
  }

 private:
  /// The records of the chosen set; an alias gives those of its target, with the target's TTL.
  dns::Rrset Resolve(const dns::Name& name, dns::Type type, int depth) const {
    const ResourceRecordSet* set = route53::Choose(zone_, name, type, healthy_);
    if (set == nullptr || depth > route53::kMaxAliasDepth) return {type};
    if (!set->alias) return Parse(*set);
    if (set->alias->hosted_zone_id == zone_.id)
      return Resolve(set->alias->dns_name, type, depth + 1);
    const dns::Found found = world_.Find(set->alias->dns_name.wire(), type);
    if (found.kind != dns::Found::Kind::kAnswer) return {type};
    return {type, route53::kAliasTtl, found.rrset->rdata};
  }

  /// The control plane has checked the values; one that is malformed all the same is left out.
  static dns::Rrset Parse(const ResourceRecordSet& set) {
    dns::Rrset rrset{set.type, set.ttl, {}};
    for (const std::string& value : set.values) {
      Result<std::string> rdata = dns::ParseRdata(set.type, value, dns::Escapes::kOctal);
      if (rdata.ok()) rrset.rdata.push_back(std::move(rdata).value());
    }
    return rrset;
  }

  const HostedZone& zone_;
  const View& world_;
  const route53::HealthView& healthy_;
};

/// The name servers of a delegation set have addresses of their own: ours.
void AddDelegationSet(View& view, const HostedZone& zone, const std::string& address) {
  const std::optional<std::string> bytes = dns::ParseIpv4(address);
  if (!bytes) return;
  for (const std::string& server : zone.name_servers) {
    const Result<dns::Name> name = dns::Name::Parse(server);
    if (!name.ok()) continue;
    auto host = std::make_shared<dns::Zone>(*name);
    const auto soa = dns::ParseRdata(
        dns::Type::kSoa, name->ToString() + " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 60");
    if (!soa.ok()) continue;  // The control plane draws no such names.
    host->Add(*name, {dns::Type::kSoa, kWorldTtl, {*soa}});
    host->Add(*name, {dns::Type::kA, kWorldTtl, {*bytes}});
    view.Add(std::move(host));
  }
}

}  // namespace

std::shared_ptr<const View> BuildView(const Config& config, const View& world,
                                      const route53::Snapshot& snapshot,
                                      const route53::HealthView& healthy) {
  auto view = std::make_shared<View>(world);
  for (const HostedZone& zone : snapshot.zones) {
    view->Add(ZoneBuilder(zone, world, healthy).Build());
    AddDelegationSet(*view, zone, config.address);
  }
  return view;
}

std::optional<std::string> ResolveIpv4(const View& view, std::string_view name, Prng& prng) {
  const Result<dns::Name> parsed = dns::Name::Parse(name, dns::Escapes::kOctal);
  if (!parsed.ok()) return std::nullopt;
  std::string_view at = parsed->wire();
  for (int step = 0; step <= dns::kMaxCnameChain; ++step) {
    const dns::Found found = view.Find(at, dns::Type::kA);
    if (found.kind == dns::Found::Kind::kCname) {
      at = found.rrset->rdata[0];
      continue;
    }
    if (found.kind != dns::Found::Kind::kAnswer) return std::nullopt;
    const std::vector<std::string>& addresses = found.rrset->rdata;
    return dns::Ipv4ToText(addresses[prng.Below(addresses.size())]);
  }
  return std::nullopt;
}

}  // namespace lifeboat::nameserver
