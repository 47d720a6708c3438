// GetHealthCheckStatus, GetHealthCheckLastFailureReason, GetCheckerIpRanges: what the checkers saw.
// The reports come from the name servers, since the checkers live with them.
#include "health/check.h"
#include "route53/errors.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {
namespace {

OperationResult Observations(Operation& op, std::string_view root, bool failures) {
  const HealthCheck* check = op.state.FindCheck(op.path[0]);
  if (check == nullptr) return NoSuchHealthCheck(op.path[0]);
  if (check->config.type == health::CheckType::kCalculated)
    return InvalidInput("Calculated health checks have no checkers and so no observations");
  http::XmlWriter xml;
  xml.Open(root, kXmlNamespace);
  WriteObservations(xml, op.observations.Find(op.path[0]), failures);
  return XmlAnswer(200, xml);
}

}  // namespace

OperationResult GetHealthCheckStatus(Operation& op) {
  return Observations(op, "GetHealthCheckStatusResponse", false);
}

OperationResult GetHealthCheckLastFailureReason(Operation& op) {
  return Observations(op, "GetHealthCheckLastFailureReasonResponse", true);
}

OperationResult GetCheckerIpRanges(Operation&) {
  http::XmlWriter xml;
  xml.Open("GetCheckerIpRangesResponse", kXmlNamespace).Open("CheckerIpRanges");
  xml.Leaf("member", health::kCheckerAddressRange).Close();
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
