// The endpoints that AWS's own zones would answer. Each region is a zone of its own, and so is each
// global endpoint, so that other names under amazonaws.com stay foreign.
#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/check.h"
#include "dns/address.h"
#include "dns/rdata.h"
#include "fault/effects.h"
#include "nameserver/view.h"

namespace lifeboat::nameserver {
namespace {

/// Regional endpoints; those with `*.` answer for every name below.
constexpr std::string_view kRegionalNames[] = {
    "acm",   "apigateway",  "cloudformation", "dynamodb",      "streams.dynamodb",
    "*.ddb", "execute-api", "lambda",         "*.execute-api", "s3",
    "*.s3",  "sts"};
/// Endpoints of global services, which stand in us-east-1.
constexpr std::string_view kGlobalNames[] = {"route53", "iam", "sts", "s3"};

dns::Name N(const std::string& text) { return dns::Name::Parse(text).value(); }

dns::Rrset Address(std::string_view address) {
  const std::optional<std::string> bytes = dns::ParseIpv4(address);
  Check(bytes.has_value(), "a region's address is an IPv4 address");
  return {dns::Type::kA, kWorldTtl, {*bytes}};
}

/// An empty zone with the records that every zone has.
dns::Zone MakeZone(const std::string& apex) {
  dns::Zone zone(N(apex));
  const std::string soa =
      fmt::format("ns.{0}. hostmaster.{0}. 1 7200 900 1209600 {1}", apex, kWorldTtl);
  zone.Add(zone.apex(),
           {dns::Type::kSoa, kWorldTtl, {dns::ParseRdata(dns::Type::kSoa, soa).value()}});
  zone.Add(
      zone.apex(),
      {dns::Type::kNs, kWorldTtl, {dns::ParseRdata(dns::Type::kNs, "ns." + apex + ".").value()}});
  return zone;
}

/// The service of an endpoint's name: `dynamodb` of `streams.dynamodb` and `*.ddb`.
std::string_view ServiceOfName(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return last == "ddb" ? "dynamodb" : last;
}

}  // namespace

View MakeWorldNames(const Config& config, const fault::Table& faults) {
  View names;
  for (const WorldRegion& region : config.regions) {
    const std::string apex = region.name + ".amazonaws.com";
    auto zone = std::make_shared<dns::Zone>(MakeZone(apex));
    for (const std::string_view name : kRegionalNames) {
      const bool empty = fault::NameIsEmpty(faults, region.name, ServiceOfName(name));
      zone->Add(N(fmt::format("{}.{}", name, apex)),
                empty ? dns::Rrset{dns::Type::kA} : Address(region.address));
    }
    zone->Add(N("ns." + apex), Address(config.address));
    names.Add(std::move(zone));
    if (region.name != kGlobalControlPlaneRegion) continue;
    for (const std::string_view name : kGlobalNames) {
      const std::string global = fmt::format("{}.amazonaws.com", name);
      auto global_zone = std::make_shared<dns::Zone>(MakeZone(global));
      global_zone->Add(global_zone->apex(), Address(region.address));
      global_zone->Add(N("ns." + global), Address(config.address));
      if (name == "s3") global_zone->Add(N("*." + global), Address(region.address));
      names.Add(std::move(global_zone));
    }
  }
  return names;
}

}  // namespace lifeboat::nameserver
