// What a health check's settings must look like (API Reference, HealthCheckConfig and
// UpdateHealthCheck).
#pragma once

#include "http/aws_error.h"
#include "route53/state.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {

/// Reads a HealthCheckConfig element of CreateHealthCheck, with the defaults filled in. The check
/// has no id yet. InvalidInput, also for types that are not supported yet.
http::AwsResult<HealthCheck> ReadHealthCheck(const XmlElement& config, const State& state);

/// The check as an UpdateHealthCheckRequest changes it, with its version raised.
http::AwsResult<HealthCheck> UpdatedHealthCheck(const HealthCheck& check, const XmlElement& request,
                                                const State& state);

/// True when both have the same settings; id, version and tags do not count.
bool SameSettings(const HealthCheck& a, const HealthCheck& b);

}  // namespace lifeboat::route53
