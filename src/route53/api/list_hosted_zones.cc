// ListHostedZones, ListHostedZonesByName, GetHostedZoneCount.
#include <algorithm>

#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {
namespace {

std::string WithoutPrefix(std::string_view id) {
  constexpr std::string_view kPrefix = "/hostedzone/";
  return std::string(id.starts_with(kPrefix) ? id.substr(kPrefix.size()) : id);
}

}  // namespace

OperationResult ListHostedZones(Operation& op) {
  const http::AwsResult<size_t> max_items = PageSize(op.query, kDefaultPageItems);
  if (!max_items.ok()) return max_items.error();
  const std::string marker = WithoutPrefix(op.query.Get("marker"));
  auto it = op.state.zones.lower_bound(marker);
  http::XmlWriter xml;
  xml.Open("ListHostedZonesResponse", kXmlNamespace).Open("HostedZones");
  for (size_t count = 0; it != op.state.zones.end() && count < *max_items; ++it, ++count)
    WriteHostedZone(xml, it->second);
  xml.Close();
  if (!marker.empty()) xml.Leaf("Marker", marker);
  xml.Leaf("IsTruncated", it != op.state.zones.end());
  if (it != op.state.zones.end()) xml.Leaf("NextMarker", it->first);
  xml.Leaf("MaxItems", static_cast<int64_t>(*max_items));
  return XmlAnswer(200, xml);
}

OperationResult ListHostedZonesByName(Operation& op) {
  const http::AwsResult<size_t> max_items = PageSize(op.query, kDefaultPageItems);
  if (!max_items.ok()) return max_items.error();
  const std::string* dns_name = op.query.Find("dnsname");
  const std::string* zone_id = op.query.Find("hostedzoneid");
  if (zone_id != nullptr && dns_name == nullptr)
    return InvalidInput("The HostedZoneId parameter needs the DNSName parameter");
  std::pair<std::string, std::string> start;
  if (dns_name != nullptr && !dns_name->empty()) {
    const Result<dns::Name> name = dns::Name::Parse(*dns_name, dns::Escapes::kOctal);
    if (!name.ok()) return InvalidDomainName(*dns_name);
    start = {ReversedName(*name), zone_id ? WithoutPrefix(*zone_id) : ""};
  }
  std::map<std::pair<std::string, std::string>, const HostedZone*> by_name;
  for (const auto& [id, zone] : op.state.zones) by_name[{ReversedName(zone.name), id}] = &zone;

  auto it = by_name.lower_bound(start);
  http::XmlWriter xml;
  xml.Open("ListHostedZonesByNameResponse", kXmlNamespace).Open("HostedZones");
  for (size_t count = 0; it != by_name.end() && count < *max_items; ++it, ++count)
    WriteHostedZone(xml, *it->second);
  xml.Close();
  if (dns_name) xml.Leaf("DNSName", *dns_name);
  if (zone_id) xml.Leaf("HostedZoneId", *zone_id);
  xml.Leaf("IsTruncated", it != by_name.end());
  if (it != by_name.end()) {
    xml.Leaf("NextDNSName", Text(it->second->name));
    xml.Leaf("NextHostedZoneId", it->second->id);
  }
  xml.Leaf("MaxItems", static_cast<int64_t>(*max_items));
  return XmlAnswer(200, xml);
}

OperationResult GetHostedZoneCount(Operation& op) {
  http::XmlWriter xml;
  xml.Open("GetHostedZoneCountResponse", kXmlNamespace);
  xml.Leaf("HostedZoneCount", static_cast<int64_t>(op.state.zones.size()));
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
