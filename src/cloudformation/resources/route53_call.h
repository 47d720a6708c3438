// Route 53's REST-XML, for its four resource types. Its control API is in one region for all.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cloudformation/property_reader.h"
#include "cloudformation/service_call.h"
#include "http/xml.h"

namespace lifeboat::cloudformation {

inline constexpr std::string_view kRoute53Namespace =
    "https://route53.amazonaws.com/doc/2013-04-01/";

/// `target` without the version in front. `xml` may be empty.
void CallRoute53(const ResourceCall& call, std::string method, std::string_view target,
                 std::string xml, Answered answered);

/// The text of the first element of that name anywhere in an answer; empty when there is none.
std::string FindXmlText(const std::string& body, const char* element);

/// `/hostedzone/Z1` and `/change/C1` without what is in front.
std::string BareId(std::string_view id);

/// Waits until every name server has the change that `body` (an answer with ChangeInfo) tells of.
void AwaitInSync(const ResourceCall& call, const std::string& body,
                 std::function<void(Status)> done);

/// Always the same for a resource, so that a repeated try makes nothing twice.
std::string CallerReference(const ResourceCall& call);

/// Writes one ResourceRecordSet of RecordSet properties, and returns its name.
std::string WriteRecordSet(PropertyReader& properties, http::XmlWriter& xml);

/// Applies `record_sets` (written by WriteRecordSet) with `action` in one batch; `done` gets the
/// answer with its ChangeInfo. kNotFound when a DELETE finds nothing to delete any more.
void ChangeRecords(const ResourceCall& call, const std::string& zone, std::string_view action,
                   const std::vector<std::string>& record_sets,
                   std::function<void(Result<ServiceAnswer>)> done);

/// The id of the zone that HostedZoneId names, or HostedZoneName by a look-up.
void FindZone(const ResourceCall& call, const std::string& zone_id, const std::string& zone_name,
              std::function<void(Result<std::string>)> found);

}  // namespace lifeboat::cloudformation
