// ListResourceRecordSets: a page of a zone's records, from a name, type and identifier on.
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {
namespace {

http::AwsResult<RecordKey> ReadStart(const http::Params& query) {
  RecordKey start;
  const std::string* name_text = query.Find("name");
  if (query.Find("type") != nullptr && name_text == nullptr)
    return InvalidInput("The input is not valid: a type is given without a name");
  if (query.Find("identifier") != nullptr && query.Find("type") == nullptr)
    return InvalidInput("The input is not valid: an identifier is given without a type");
  if (name_text == nullptr) return start;
  const Result<dns::Name> name = dns::Name::Parse(*name_text, dns::Escapes::kOctal);
  if (!name.ok()) return InvalidDomainName(*name_text);
  return RecordKey{ReversedName(*name), std::string(query.Get("type")),
                   std::string(query.Get("identifier"))};
}

}  // namespace

OperationResult ListResourceRecordSets(Operation& op) {
  const HostedZone* zone = op.state.FindZone(op.path[0]);
  if (zone == nullptr) return NoSuchHostedZone(op.path[0]);
  const http::AwsResult<size_t> max_items = PageSize(op.query, kDefaultPageItems);
  if (!max_items.ok()) return max_items.error();
  const http::AwsResult<RecordKey> start = ReadStart(op.query);
  if (!start.ok()) return start.error();

  auto it = zone->records.lower_bound(*start);
  http::XmlWriter xml;
  xml.Open("ListResourceRecordSetsResponse", kXmlNamespace).Open("ResourceRecordSets");
  for (size_t count = 0; it != zone->records.end() && count < *max_items; ++it, ++count)
    WriteRecordSet(xml, it->second);
  xml.Close().Leaf("IsTruncated", it != zone->records.end());
  if (it != zone->records.end()) {
    const ResourceRecordSet& next = it->second;
    xml.Leaf("NextRecordName", Text(next.name)).Leaf("NextRecordType", dns::TypeName(next.type));
    if (!next.set_identifier.empty()) xml.Leaf("NextRecordIdentifier", next.set_identifier);
  }
  xml.Leaf("MaxItems", static_cast<int64_t>(*max_items));
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
