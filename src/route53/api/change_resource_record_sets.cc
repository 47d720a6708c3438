// ChangeResourceRecordSets: a batch, all of it or nothing.
#include "route53/change_batch.h"
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {

OperationResult ChangeResourceRecordSets(Operation& op) {
  HostedZone* zone = op.state.FindZone(op.path[0]);
  if (zone == nullptr) return NoSuchHostedZone(op.path[0]);
  const Result<XmlElement> request = ParseXml(op.body, "ChangeResourceRecordSetsRequest");
  if (!request.ok()) return MalformedInput();
  const http::AwsResult<ChangeBatch> batch = ReadChangeBatch(*request);
  if (!batch.ok()) return batch.error();
  http::AwsResult<BatchOutcome> outcome = ApplyBatch(op.state, *zone, *batch);
  if (!outcome.ok()) return outcome.error();

  zone->records = std::move(outcome->records);
  for (const RecordKey& key : outcome->touched) {
    const auto it = zone->records.find(key);
    if (it == zone->records.end()) {
      op.writer.DeleteRecord(zone->id, key);
    } else {
      op.writer.PutRecord(zone->id, it->second);
    }
  }
  http::XmlWriter xml;
  xml.Open("ChangeResourceRecordSetsResponse", kXmlNamespace);
  WriteChangeInfo(xml, op, RecordChange(op, batch->comment));
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
