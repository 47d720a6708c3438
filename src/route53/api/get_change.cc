// GetChange: PENDING until every name server has the change on its disk, then INSYNC.
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {

OperationResult GetChange(Operation& op) {
  for (const auto& [number, change] : op.state.changes) {
    if (change.id != op.path[0]) continue;
    http::XmlWriter xml;
    xml.Open("GetChangeResponse", kXmlNamespace);
    WriteChangeInfo(xml, op, change);
    return XmlAnswer(200, xml);
  }
  return NoSuchChange(op.path[0]);
}

}  // namespace lifeboat::route53
