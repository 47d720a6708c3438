// Route 53's errors, a factory each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"

namespace lifeboat::route53 {

http::AwsError InvalidInput(std::string message);
http::AwsError InvalidDomainName(std::string_view name);
/// All messages of one batch: `[a, b]`, as the SDKs show them.
http::AwsError InvalidChangeBatch(const std::vector<std::string>& messages);
http::AwsError NoSuchHostedZone(std::string_view id);
http::AwsError NoSuchHealthCheck(std::string_view id);
http::AwsError NoSuchChange(std::string_view id);
http::AwsError HostedZoneAlreadyExists();
http::AwsError HostedZoneNotEmpty();
http::AwsError TooManyHostedZones();
http::AwsError HealthCheckAlreadyExists();
http::AwsError HealthCheckInUse(std::string_view id);
http::AwsError HealthCheckVersionMismatch(uint64_t given, uint64_t current);
http::AwsError TooManyHealthChecks();
http::AwsError MalformedInput();
http::AwsError UnknownOperation();
/// Changes are not taken now, and this one did not happen.
http::AwsError ServiceUnavailable();
/// The change could not be made durable; it may or may not have happened.
http::AwsError InternalFailure();

}  // namespace lifeboat::route53
