// GetHealthCheck, UpdateHealthCheck, DeleteHealthCheck, ListHealthChecks, GetHealthCheckCount.
#include <algorithm>

#include "route53/errors.h"
#include "route53/health_check_rules.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {

OperationResult GetHealthCheck(Operation& op) {
  const HealthCheck* check = op.state.FindCheck(op.path[0]);
  if (check == nullptr) return NoSuchHealthCheck(op.path[0]);
  http::XmlWriter xml;
  xml.Open("GetHealthCheckResponse", kXmlNamespace);
  WriteHealthCheck(xml, *check);
  return XmlAnswer(200, xml);
}

OperationResult UpdateHealthCheck(Operation& op) {
  HealthCheck* check = op.state.FindCheck(op.path[0]);
  if (check == nullptr) return NoSuchHealthCheck(op.path[0]);
  const Result<XmlElement> request = ParseXml(op.body, "UpdateHealthCheckRequest");
  if (!request.ok()) return MalformedInput();
  http::AwsResult<HealthCheck> updated = UpdatedHealthCheck(*check, *request, op.state);
  if (!updated.ok()) return updated.error();
  *check = std::move(updated).value();
  AdvanceNumber(op);
  op.writer.PutCheck(*check);
  http::XmlWriter xml;
  xml.Open("UpdateHealthCheckResponse", kXmlNamespace);
  WriteHealthCheck(xml, *check);
  return XmlAnswer(200, xml);
}

OperationResult DeleteHealthCheck(Operation& op) {
  const std::string& id = op.path[0];
  if (op.state.FindCheck(id) == nullptr) return NoSuchHealthCheck(id);
  for (const auto& [other_id, other] : op.state.checks) {
    const std::vector<std::string>& children = other.config.children;
    if (std::find(children.begin(), children.end(), id) != children.end())
      return HealthCheckInUse(id);
  }
  AdvanceNumber(op);
  op.writer.DeleteCheck(id);
  op.state.checks.erase(id);
  http::XmlWriter xml;
  xml.Open("DeleteHealthCheckResponse", kXmlNamespace);
  return XmlAnswer(200, xml);
}

OperationResult ListHealthChecks(Operation& op) {
  const http::AwsResult<size_t> max_items = PageSize(op.query, kDefaultPageItems);
  if (!max_items.ok()) return max_items.error();
  const std::string_view marker = op.query.Get("marker");
  auto it = op.state.checks.lower_bound(marker);
  http::XmlWriter xml;
  xml.Open("ListHealthChecksResponse", kXmlNamespace).Open("HealthChecks");
  for (size_t count = 0; it != op.state.checks.end() && count < *max_items; ++it, ++count)
    WriteHealthCheck(xml, it->second);
  xml.Close().Leaf("Marker", marker).Leaf("IsTruncated", it != op.state.checks.end());
  if (it != op.state.checks.end()) xml.Leaf("NextMarker", it->first);
  xml.Leaf("MaxItems", static_cast<int64_t>(*max_items));
  return XmlAnswer(200, xml);
}

OperationResult GetHealthCheckCount(Operation& op) {
  http::XmlWriter xml;
  xml.Open("GetHealthCheckCountResponse", kXmlNamespace);
  xml.Leaf("HealthCheckCount", static_cast<int64_t>(op.state.checks.size()));
  return XmlAnswer(200, xml);
}

}  // namespace lifeboat::route53
