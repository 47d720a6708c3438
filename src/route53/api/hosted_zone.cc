// GetHostedZone, UpdateHostedZoneComment, DeleteHostedZone.
#include <algorithm>

#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kMaxComment = 256;

}  // namespace

OperationResult GetHostedZone(Operation& op) {
  const HostedZone* zone = op.state.FindZone(op.path[0]);
  if (zone == nullptr) return NoSuchHostedZone(op.path[0]);
  http::XmlWriter xml;
  xml.Open("GetHostedZoneResponse", kXmlNamespace);
  WriteHostedZone(xml, *zone);
  WriteDelegationSet(xml, *zone);
  return XmlAnswer(200, xml);
}

OperationResult UpdateHostedZoneComment(Operation& op) {
  HostedZone* zone = op.state.FindZone(op.path[0]);
  if (zone == nullptr) return NoSuchHostedZone(op.path[0]);
  const Result<XmlElement> request = ParseXml(op.body, "UpdateHostedZoneCommentRequest");
  if (!request.ok()) return MalformedInput();
  if (request->Get("Comment").size() > kMaxComment) return InvalidInput("Comment is too long");
  zone->comment = request->Get("Comment");
  op.writer.PutZone(*zone);
  http::XmlWriter xml;
  xml.Open("UpdateHostedZoneCommentResponse", kXmlNamespace);
  WriteHostedZone(xml, *zone);
  return XmlAnswer(200, xml);
}

OperationResult DeleteHostedZone(Operation& op) {
  const HostedZone* zone = op.state.FindZone(op.path[0]);
  if (zone == nullptr) return NoSuchHostedZone(op.path[0]);
  const bool only_defaults =
      std::all_of(zone->records.begin(), zone->records.end(), [&](const auto& record) {
        const ResourceRecordSet& set = record.second;
        return set.name == zone->name &&
               (set.type == dns::Type::kNs || set.type == dns::Type::kSoa);
      });
  if (!only_defaults) return HostedZoneNotEmpty();
  op.writer.DeleteZone(zone->id);
  op.state.zones.erase(op.path[0]);
  http::XmlWriter xml;
  xml.Open("DeleteHostedZoneResponse", kXmlNamespace);
  WriteChangeInfo(xml, op, RecordChange(op, ""));
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
