#include "route53/errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lifeboat::route53 {

using http::AwsError;

AwsError InvalidInput(std::string message) { return {400, "InvalidInput", std::move(message)}; }
AwsError InvalidDomainName(std::string_view name) {
  return {400, "InvalidDomainName", fmt::format("{} is not a valid domain name", name)};
}
AwsError InvalidChangeBatch(const std::vector<std::string>& messages) {
  return {400, "InvalidChangeBatch", fmt::format("[{}]", fmt::join(messages, ", "))};
}
AwsError NoSuchHostedZone(std::string_view id) {
  return {404, "NoSuchHostedZone", fmt::format("No hosted zone found with ID: {}", id)};
}
AwsError NoSuchHealthCheck(std::string_view id) {
  return {404, "NoSuchHealthCheck", fmt::format("A health check with id {} does not exist.", id)};
}
AwsError NoSuchChange(std::string_view id) {
  return {404, "NoSuchChange", fmt::format("Could not find resource with ID: {}", id)};
}
AwsError HostedZoneAlreadyExists() {
  return {409, "HostedZoneAlreadyExists",
          "A hosted zone has already been created with the specified caller reference."};
}
AwsError HostedZoneNotEmpty() {
  return {400, "HostedZoneNotEmpty",
          "The hosted zone contains resource records that are not SOA or NS records."};
}
AwsError TooManyHostedZones() {
  return {400, "TooManyHostedZones", "The limit of 500 hosted zones is reached."};
}
AwsError HealthCheckAlreadyExists() {
  return {409, "HealthCheckAlreadyExists",
          "A health check with the same caller reference but with other settings already exists."};
}
AwsError HealthCheckInUse(std::string_view id) {
  return {400, "HealthCheckInUse",
          fmt::format("The health check {} is a child of a calculated health check.", id)};
}
AwsError HealthCheckVersionMismatch(uint64_t given, uint64_t current) {
  return {
      409, "HealthCheckVersionMismatch",
      fmt::format("The given version {} is not the health check's version {}.", given, current)};
}
AwsError TooManyHealthChecks() {
  return {400, "TooManyHealthChecks", "The limit of 200 health checks is reached."};
}
AwsError MalformedInput() { return {400, "MalformedInput", "The request body is not valid XML."}; }
AwsError UnknownOperation() {
  return {404, "UnknownOperationException", "The requested operation is not supported."};
}
AwsError ServiceUnavailable() {
  return {503, "ServiceUnavailable",
          "Changes are not taken until the name servers have said which zones they hold."};
}
AwsError InternalFailure() {
  return {500, "InternalFailure", "The change could not be stored; it may not have happened."};
}

}  // namespace lifeboat::route53
