// What a single resource record set must look like before it is held against its zone
// (API Reference, ResourceRecordSet).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"
#include "route53/model.h"
#include "route53/xml_element.h"

namespace lifeboat::route53 {

enum class ChangeAction { kCreate, kDelete, kUpsert };

struct RequestedChange {
  ChangeAction action = ChangeAction::kCreate;
  ResourceRecordSet set;
};

/// Reads a Change element. InvalidInput for what can't be a change of any zone, and for routing
/// policies that are not supported yet.
http::AwsResult<RequestedChange> ReadChange(const XmlElement& change);

/// What is wrong with the values of `set`, as Route 53 says it; empty when nothing is.
std::vector<std::string> CheckValues(const ResourceRecordSet& set);

}  // namespace lifeboat::route53
