// UpdateContinuousBackups and DescribeContinuousBackups: point-in-time recovery keeps the change
// log from the moment of its enabling, as far back as the recovery period.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Object;
using json::Value;

constexpr int64_t kMaxPeriodDays = 35;
/// How far behind now the latest restorable time stays (facts of AWS; the honest part of an RPO).
constexpr Duration kLatestLag = Duration::Minutes(5);

constexpr Shape kPeriod{.kind = Shape::Kind::kInteger, .min = 1, .max = kMaxPeriodDays};
constexpr Member kSpecificationMembers[] = {
    {"PointInTimeRecoveryEnabled", &shapes::kBoolean, Need::kNotNull},
    {"RecoveryPeriodInDays", &kPeriod},
};
constexpr Shape kSpecification{.kind = Shape::Kind::kStructure,
                               .name = "PointInTimeRecoverySpecification",
                               .members = kSpecificationMembers};
constexpr Member kUpdateMembers[] = {
    {"TableName", &shapes::kTableName, Need::kParameter},
    {"PointInTimeRecoverySpecification", &kSpecification, Need::kNotNull},
};
constexpr Shape kUpdateRequest{.kind = Shape::Kind::kStructure,
                               .name = "UpdateContinuousBackupsInput",
                               .members = kUpdateMembers};
constexpr Member kDescribeMembers[] = {{"TableName", &shapes::kTableName, Need::kParameter}};
constexpr Shape kDescribeRequest{.kind = Shape::Kind::kStructure,
                                 .name = "DescribeContinuousBackupsInput",
                                 .members = kDescribeMembers};

std::string Answer(const Table& table, WallTime now) {
  Object recovery{{"PointInTimeRecoveryStatus", table.pitr.enabled ? "ENABLED" : "DISABLED"}};
  if (table.pitr.enabled) {
    const WallTime since = table.pitr.enabled_at;
    const Duration period = Duration::Hours(24 * table.pitr.period_days);
    recovery.Set("RecoveryPeriodInDays", table.pitr.period_days);
    recovery.Set("EarliestRestorableDateTime", TimeJson(std::max(since, now - period)));
    recovery.Set("LatestRestorableDateTime", TimeJson(std::max(since, now - kLatestLag)));
  }
  return Wrap("ContinuousBackupsDescription",
              {{"ContinuousBackupsStatus", "ENABLED"},
               {"PointInTimeRecoveryDescription", std::move(recovery)}});
}

AwsResult<void> Change(bool enable, const Value* period, WallTime now, uint64_t last_sequence,
                       PointInTimeRecovery& pitr) {
  if (!enable) {
    if (period) {
      return errors::Validation(
          "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time "
          "recovery.");
    }
    pitr = {};
    return {};
  }
  if (!pitr.enabled) {
    pitr.enabled = true;
    pitr.enabled_at = now;
    pitr.after_sequence = last_sequence;
    pitr.period_days = kMaxPeriodDays;
  }
  if (period) pitr.period_days = period->as_int();
  return {};
}

void Update(Core& core, const Value& request, Respond respond) {
  const std::string name = TableNameIn(request);
  const LiveTable* live = core.catalog.Find(name);
  if (live && live->table().joining) return respond(errors::TableNotFoundForBackups(name));
  ChangeTable(
      core, name, errors::TableNotFoundForBackups(name),
      [&core, specification = *request.Find("PointInTimeRecoverySpecification")](
          LiveTable& now, Table& next, storage::WriteBatch&) {
        return Change(specification.Find("PointInTimeRecoveryEnabled")->as_bool(),
                      Present(specification, "RecoveryPeriodInDays"), core.now(), now.log.last(),
                      next.pitr);
      },
      [&core, respond = std::move(respond)](AwsResult<const LiveTable*> changed) {
        if (!changed) return respond(changed.error());
        respond(Answer((*changed)->table(), core.now()));
      });
}

void Describe(Core& core, const Value& request, Respond respond) {
  const std::string name = TableNameIn(request);
  const LiveTable* live = core.catalog.Find(name);
  if (!live || live->table().joining) return respond(errors::TableNotFoundForBackups(name));
  respond(Answer(live->table(), core.now()));
}

}  // namespace

const Operation kUpdateContinuousBackups{"UpdateContinuousBackups", Operation::Access::kControl,
                                         kUpdateRequest, Update};
const Operation kDescribeContinuousBackups{"DescribeContinuousBackups", Operation::Access::kControl,
                                           kDescribeRequest, Describe};

}  // namespace lifeboat::dynamodb
