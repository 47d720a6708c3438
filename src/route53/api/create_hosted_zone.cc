// CreateHostedZone: a zone with its delegation set and the two records that every zone has.
#include <fmt/format.h>

#include "base/ids.h"
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kZoneIdCharacters = 20;
constexpr size_t kMaxCallerReference = 128;
constexpr size_t kMaxComment = 256;
constexpr uint32_t kNsTtl = 172'800;
constexpr uint32_t kSoaTtl = 900;

/// Four name servers under four top-level domains, as AWS spreads them.
std::vector<std::string> DrawDelegationSet(Prng& prng) {
  std::vector<std::string> servers;
  int64_t first = 0;
  for (const std::string_view top : {"com", "net", "org", "co.uk"}) {
    servers.push_back(fmt::format("ns-{}.awsdns-{:02}.{}", first + prng.Between(0, 511),
                                  prng.Between(0, 63), top));
    first += 512;
  }
  return servers;
}

void AddRecord(Operation& op, HostedZone& zone, dns::Type type, uint32_t ttl,
               std::vector<std::string> values) {
  ResourceRecordSet set{.name = zone.name, .type = type, .ttl = ttl, .values = std::move(values)};
  op.writer.PutRecord(zone.id, set);
  zone.records.emplace(KeyOf(set), std::move(set));
}

/// Developer Guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone".
void AddDefaultRecords(Operation& op, HostedZone& zone) {
  std::vector<std::string> servers;
  for (const std::string& server : zone.name_servers) servers.push_back(server + ".");
  AddRecord(op, zone, dns::Type::kSoa, kSoaTtl,
            {servers[0] + " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"});
  AddRecord(op, zone, dns::Type::kNs, kNsTtl, std::move(servers));
}

http::AwsResult<HostedZone> ReadZone(const Operation& op) {
  const Result<XmlElement> request = ParseXml(op.body, "CreateHostedZoneRequest");
  if (!request.ok()) return MalformedInput();
  const Result<dns::Name> name = dns::Name::Parse(request->Get("Name"), dns::Escapes::kOctal);
  if (!name.ok() || name->is_root()) return InvalidDomainName(request->Get("Name"));
  HostedZone zone{.name = *name};
  zone.caller_reference = request->Get("CallerReference");
  if (zone.caller_reference.empty() || zone.caller_reference.size() > kMaxCallerReference)
    return InvalidInput("CallerReference must have 1 to 128 characters");
  if (request->Has("DelegationSetId")) return InvalidInput(http::NotSupported("DelegationSetId"));
  const XmlElement* config = request->Find("HostedZoneConfig");
  if (request->Has("VPC") || (config && config->Get("PrivateZone") == "true"))
    return InvalidInput(http::NotSupported("A private hosted zone"));
  if (config) zone.comment = config->Get("Comment");
  if (zone.comment.size() > kMaxComment) return InvalidInput("Comment is too long");
  return zone;
}

}  // namespace

OperationResult CreateHostedZone(Operation& op) {
  http::AwsResult<HostedZone> zone = ReadZone(op);
  if (!zone.ok()) return zone.error();
  for (const auto& [id, other] : op.state.zones) {
    if (other.caller_reference == zone->caller_reference) return HostedZoneAlreadyExists();
  }
  if (op.state.zones.size() >= kMaxHostedZones) return TooManyHostedZones();

  zone->id = "Z" + NewId(op.prng, kZoneIdCharacters, kUpperAlnum);
  zone->name_servers = DrawDelegationSet(op.prng);
  const Change change = RecordChange(op, "");
  zone->created_number = change.number;
  op.writer.PutZone(*zone);
  AddDefaultRecords(op, *zone);
  const HostedZone& made = op.state.zones.emplace(zone->id, *zone).first->second;

  http::XmlWriter xml;
  xml.Open("CreateHostedZoneResponse", kXmlNamespace);
  WriteHostedZone(xml, made);
  WriteChangeInfo(xml, op, change);
  WriteDelegationSet(xml, made);
  http::Response response = XmlAnswer(201, xml);
  response.headers.Add("Location", fmt::format("https://route53.amazonaws.com{}/hostedzone/{}",
                                               kApiVersion, made.id));
  return response;
}

}  // namespace lifeboat::route53
