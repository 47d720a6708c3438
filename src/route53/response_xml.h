// Route 53's elements, written into an answer.
#pragma once

#include <string_view>
#include <vector>

#include "http/xml.h"
#include "route53/observations.h"
#include "route53/operation.h"

namespace lifeboat::route53 {

void WriteHostedZone(http::XmlWriter& xml, const HostedZone& zone);
void WriteDelegationSet(http::XmlWriter& xml, const HostedZone& zone);
void WriteChangeInfo(http::XmlWriter& xml, const Operation& op, const Change& change);
void WriteRecordSet(http::XmlWriter& xml, const ResourceRecordSet& set);
void WriteHealthCheck(http::XmlWriter& xml, const HealthCheck& check);
/// HealthCheckObservations; `failures` writes how each checker last failed.
void WriteObservations(http::XmlWriter& xml, const std::vector<CheckerReport>& reports,
                       bool failures);
void WriteTags(http::XmlWriter& xml, std::string_view resource_type, std::string_view resource_id,
               const Tags& tags);

}  // namespace lifeboat::route53
