// CreateHealthCheck: idempotent by caller reference as long as the settings are the same.
#include <fmt/format.h>

#include "base/ids.h"
#include "route53/errors.h"
#include "route53/health_check_rules.h"
#include "route53/operation.h"
#include "route53/response_xml.h"

namespace lifeboat::route53 {
namespace {

constexpr size_t kMaxCallerReference = 64;

OperationResult Created(const HealthCheck& check) {
  http::XmlWriter xml;
  xml.Open("CreateHealthCheckResponse", kXmlNamespace);
  WriteHealthCheck(xml, check);
  http::Response response = XmlAnswer(201, xml);
  response.headers.Add("Location", fmt::format("https://route53.amazonaws.com{}/healthcheck/{}",
                                               kApiVersion, check.config.id));
  return response;
}

}  // namespace

OperationResult CreateHealthCheck(Operation& op) {
  const Result<XmlElement> request = ParseXml(op.body, "CreateHealthCheckRequest");
  if (!request.ok()) return MalformedInput();
  const std::string reference(request->Get("CallerReference"));
  if (reference.empty() || reference.size() > kMaxCallerReference)
    return InvalidInput("CallerReference must have 1 to 64 characters");
  const XmlElement* config = request->Find("HealthCheckConfig");
  if (config == nullptr) return InvalidInput("HealthCheckConfig is missing");
  http::AwsResult<HealthCheck> check = ReadHealthCheck(*config, op.state);
  if (!check.ok()) return check.error();
  for (const auto& [id, other] : op.state.checks) {
    if (other.caller_reference != reference) continue;
    return SameSettings(*check, other) ? Created(other) : HealthCheckAlreadyExists();
  }
  if (op.state.checks.size() >= kMaxHealthChecks) return TooManyHealthChecks();

  check->caller_reference = reference;
  check->config.id = NewUuid(op.prng);
  AdvanceNumber(op);
  op.writer.PutCheck(*check);
  return Created(op.state.checks.emplace(check->config.id, *check).first->second);
}

}  // namespace lifeboat::route53
