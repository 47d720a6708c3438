// Operation: what each API operation gets and gives. An operation validates everything first, then
// changes the State and the StateWriter alike; when it returns an error it has changed neither.
// The Service commits the batch before the answer goes out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "http/xml.h"
#include "route53/observations.h"
#include "route53/state.h"

namespace lifeboat::route53 {

inline constexpr std::string_view kXmlNamespace = "https://route53.amazonaws.com/doc/2013-04-01/";
inline constexpr std::string_view kApiVersion = "/2013-04-01";

struct Operation {
  State& state;
  StateWriter& writer;
  const ObservationStore& observations;
  Prng& prng;
  WallTime now;
  /// Name servers whose copy of the zones must be on disk before a change is INSYNC.
  const std::vector<std::string>& name_servers;
  std::vector<std::string> path;  ///< Decoded variable parts of the path, in order.
  http::Params query;
  std::string_view body;
};

using OperationResult = http::AwsResult<http::Response>;
using OperationFunction = OperationResult (*)(Operation&);

/// Counts one change that name servers must learn, and stores the counter.
void AdvanceNumber(Operation& op);
/// The same for a change of zones, which GetChange can be asked about.
Change RecordChange(Operation& op, std::string comment);
/// PENDING until every name server has it on disk.
std::string_view StatusOf(const Operation& op, const Change& change);

/// An XML answer; `xml` has its root element open or closed.
http::Response XmlAnswer(int status, http::XmlWriter& xml);

/// A page of a listing: MaxItems as asked for, within the limit.
http::AwsResult<size_t> PageSize(const http::Params& query, size_t fallback);

// One function an operation, each in a file of its own (or with its nearest kin) under api/.
OperationResult CreateHostedZone(Operation& op);
OperationResult GetHostedZone(Operation& op);
OperationResult DeleteHostedZone(Operation& op);
OperationResult UpdateHostedZoneComment(Operation& op);
OperationResult ListHostedZones(Operation& op);
OperationResult ListHostedZonesByName(Operation& op);
OperationResult GetHostedZoneCount(Operation& op);
OperationResult ChangeResourceRecordSets(Operation& op);
OperationResult ListResourceRecordSets(Operation& op);
OperationResult GetChange(Operation& op);
OperationResult CreateHealthCheck(Operation& op);
OperationResult GetHealthCheck(Operation& op);
OperationResult UpdateHealthCheck(Operation& op);
OperationResult DeleteHealthCheck(Operation& op);
OperationResult ListHealthChecks(Operation& op);
OperationResult GetHealthCheckCount(Operation& op);
OperationResult GetHealthCheckStatus(Operation& op);
OperationResult GetHealthCheckLastFailureReason(Operation& op);
OperationResult GetCheckerIpRanges(Operation& op);
OperationResult ChangeTagsForResource(Operation& op);
OperationResult ListTagsForResource(Operation& op);
OperationResult ListTagsForResources(Operation& op);

}  // namespace lifeboat::route53
