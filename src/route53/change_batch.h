// A batch of changes applied to a zone: all of it or nothing.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "http/aws_error.h"
#include "route53/record_rules.h"
#include "route53/state.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {

struct ChangeBatch {
  std::string comment;
  std::vector<RequestedChange> changes;
};
/// Reads a ChangeResourceRecordSetsRequest and holds it to the limits of a batch.
http::AwsResult<ChangeBatch> ReadChangeBatch(const XmlElement& request);

struct BatchOutcome {
  RecordSets records;           ///< The zone's records after the batch.
  std::set<RecordKey> touched;  ///< Written or deleted.
};
/// Applies the changes in order to a copy of the zone's records. Says everything that is wrong with
/// them in one InvalidChangeBatch; NoSuchHealthCheck for a check that does not exist.
http::AwsResult<BatchOutcome> ApplyBatch(const State& state, const HostedZone& zone,
                                         const ChangeBatch& batch);

}  // namespace lifeboat::route53
