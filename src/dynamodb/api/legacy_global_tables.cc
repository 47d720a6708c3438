// Global tables of version 2017.11.29. AWS has closed them to new tables, and its calls see
// nothing of a group of version 2019.11.21 (facts recorded from AWS in October 2026).
#include <algorithm>

#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr Member kReplicaMembers[] = {{"RegionName", &shapes::kString}};
constexpr Shape kReplica{
    .kind = Shape::Kind::kStructure, .name = "Replica", .members = kReplicaMembers};
constexpr Shape kReplicationGroup{.kind = Shape::Kind::kList, .element = &kReplica};
constexpr Member kCreateMembers[] = {
    {"GlobalTableName", &shapes::kIndexName, Need::kNotNull},
    {"ReplicationGroup", &kReplicationGroup, Need::kNotNull},
};
constexpr Shape kCreateRequest{
    .kind = Shape::Kind::kStructure, .name = "CreateGlobalTableInput", .members = kCreateMembers};
constexpr Member kNameMembers[] = {{"GlobalTableName", &shapes::kIndexName, Need::kNotNull}};
constexpr Shape kNameRequest{
    .kind = Shape::Kind::kStructure, .name = "DescribeGlobalTableInput", .members = kNameMembers};
constexpr Member kReplicaUpdateMembers[] = {{"Create", &kReplica}, {"Delete", &kReplica}};
constexpr Shape kReplicaUpdate{
    .kind = Shape::Kind::kStructure, .name = "ReplicaUpdate", .members = kReplicaUpdateMembers};
constexpr Shape kReplicaUpdates{.kind = Shape::Kind::kList, .element = &kReplicaUpdate};
constexpr Member kUpdateMembers[] = {
    {"GlobalTableName", &shapes::kIndexName, Need::kNotNull},
    {"ReplicaUpdates", &kReplicaUpdates, Need::kNotNull},
};
constexpr Shape kUpdateRequest{
    .kind = Shape::Kind::kStructure, .name = "UpdateGlobalTableInput", .members = kUpdateMembers};
constexpr Member kListMembers[] = {
    {"ExclusiveStartGlobalTableName", &shapes::kIndexName},
    {"Limit", &shapes::kPositive},
    {"RegionName", &shapes::kString},
};
constexpr Shape kListRequest{
    .kind = Shape::Kind::kStructure, .name = "ListGlobalTablesInput", .members = kListMembers};

AwsResult<std::string> Create(const Value& request) {
  const json::Array& group = request.Find("ReplicationGroup")->as_array();
  if (group.empty()) {
    return errors::InvalidParameterValues("Global table must have atleast one replica");
  }
  for (const Value& replica : group) {
    if (!Present(replica, "RegionName")) {
      return errors::InvalidParameterValues("ReplicationGroup members must specify RegionName");
    }
  }
  return errors::LegacyGlobalTablesClosed();
}

AwsResult<std::string> Update(const Value& request) {
  const json::Array& updates = request.Find("ReplicaUpdates")->as_array();
  if (updates.empty()) return errors::Validation("One or more parameter values were invalid");
  for (const Value& update : updates) {
    if (Present(update, "Create") && Present(update, "Delete")) {
      return errors::InvalidParameterValues(
          "A ReplicaUpdate structure cannot contain both a create replica action and a delete "
          "replica action");
    }
  }
  for (const Value& update : updates) {
    if (Present(update, "Create")) return errors::LegacyGlobalTablesClosed();
  }
  return errors::GlobalTableNotFound(request.GetString("GlobalTableName"));
}

AwsResult<std::string> List(Core& core, const Value& request) {
  const std::string& region = request.GetString("RegionName");
  const std::vector<std::string> regions = core.d.peers.Regions();
  if (!region.empty() && std::find(regions.begin(), regions.end(), region) == regions.end()) {
    return errors::InternalServerError();  // What AWS answers.
  }
  return std::string(R"({"GlobalTables":[]})");
}

void HandleCreate(Core&, const Value& request, Respond respond) { respond(Create(request)); }
void HandleUpdate(Core&, const Value& request, Respond respond) { respond(Update(request)); }
void HandleList(Core& core, const Value& request, Respond respond) { respond(List(core, request)); }
void HandleDescribe(Core&, const Value& request, Respond respond) {
  respond(errors::GlobalTableNotFound(request.GetString("GlobalTableName")));
}
void HandleSettings(Core&, const Value& request, Respond respond) {
  respond(errors::GlobalTableNotFoundForSettings(request.GetString("GlobalTableName")));
}

constexpr auto kControl = Operation::Access::kControl;

}  // namespace

const Operation kCreateGlobalTable{"CreateGlobalTable", kControl, kCreateRequest, HandleCreate};
const Operation kUpdateGlobalTable{"UpdateGlobalTable", kControl, kUpdateRequest, HandleUpdate};
const Operation kListGlobalTables{"ListGlobalTables", kControl, kListRequest, HandleList};
const Operation kDescribeGlobalTable{"DescribeGlobalTable", kControl, kNameRequest, HandleDescribe};
const Operation kDescribeGlobalTableSettings{"DescribeGlobalTableSettings", kControl, kNameRequest,
                                             HandleSettings};
const Operation kUpdateGlobalTableSettings{"UpdateGlobalTableSettings", kControl, kNameRequest,
                                           HandleSettings};

}  // namespace lifeboat::dynamodb
