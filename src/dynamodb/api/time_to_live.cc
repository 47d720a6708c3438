// UpdateTimeToLive and DescribeTimeToLive. The setting is shared by all replicas.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"
#include "dynamodb/replicas.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Object;
using json::Value;

constexpr Shape kAttributeName{.kind = Shape::Kind::kString, .min = 1, .max = 255};
constexpr Member kSpecificationMembers[] = {
    {"Enabled", &shapes::kBoolean, Need::kNotNull},
    {"AttributeName", &kAttributeName, Need::kNotNull},
};
constexpr Shape kSpecification{.kind = Shape::Kind::kStructure,
                               .name = "TimeToLiveSpecification",
                               .members = kSpecificationMembers};
constexpr Member kUpdateMembers[] = {
    {"TableName", &shapes::kTableName, Need::kParameter},
    {"TimeToLiveSpecification", &kSpecification, Need::kNotNull},
};
constexpr Shape kUpdateRequest{
    .kind = Shape::Kind::kStructure, .name = "UpdateTimeToLiveInput", .members = kUpdateMembers};
constexpr Member kDescribeMembers[] = {{"TableName", &shapes::kTableName, Need::kParameter}};
constexpr Shape kDescribeRequest{.kind = Shape::Kind::kStructure,
                                 .name = "DescribeTimeToLiveInput",
                                 .members = kDescribeMembers};

AwsResult<void> Change(bool enable, const std::string& attribute, WallTime now, TimeToLive& ttl) {
  if (enable && ttl.enabled) {
    if (ttl.attribute == attribute) return errors::Validation("TimeToLive is already enabled");
    return errors::Validation(
        "TimeToLive is active on a different AttributeName: current AttributeName is " +
        ttl.attribute);
  }
  if (!enable) {
    if (!ttl.enabled) return errors::Validation("TimeToLive is already disabled");
    if (ttl.attribute != attribute) {
      return errors::Validation(
          "TimeToLive is active on a different AttributeName: current AttributeName is " +
          ttl.attribute);
    }
  }
  ttl = {enable, enable ? attribute : "", now};
  return {};
}

void Update(Core& core, const Value& request, Respond respond) {
  const std::string name = TableNameIn(request);
  const LiveTable* live = core.catalog.Find(name);
  if (live && live->table().joining) return respond(errors::TableNotFound(name));
  const Value specification = *request.Find("TimeToLiveSpecification");
  ChangeTable(
      core, name, errors::TableNotFound(name),
      [&core, specification](LiveTable&, Table& next,
                             storage::WriteBatch& also) -> AwsResult<void> {
        auto changed = Change(specification.Find("Enabled")->as_bool(),
                              specification.GetString("AttributeName"), core.now(), next.ttl);
        if (changed) core.replicas->ShareSettings(next, also);
        return changed;
      },
      [specification, respond = std::move(respond)](AwsResult<const LiveTable*> changed) {
        if (!changed) return respond(changed.error());
        respond(Wrap("TimeToLiveSpecification",
                     {{"AttributeName", specification.GetString("AttributeName")},
                      {"Enabled", *specification.Find("Enabled")}}));
      });
}

void Describe(Core& core, const Value& request, Respond respond) {
  const std::string name = TableNameIn(request);
  const LiveTable* live = core.catalog.Find(name);
  if (!live || live->table().joining) return respond(errors::TableNotFound(name));
  const TimeToLive& ttl = live->table().ttl;
  Object description{{"TimeToLiveStatus", ttl.enabled ? "ENABLED" : "DISABLED"}};
  if (ttl.enabled) description.Set("AttributeName", ttl.attribute);
  respond(Wrap("TimeToLiveDescription", std::move(description)));
}

}  // namespace

const Operation kUpdateTimeToLive{"UpdateTimeToLive", Operation::Access::kControl, kUpdateRequest,
                                  Update};
const Operation kDescribeTimeToLive{"DescribeTimeToLive", Operation::Access::kControl,
                                    kDescribeRequest, Describe};

}  // namespace lifeboat::dynamodb
