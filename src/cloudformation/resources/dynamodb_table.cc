// AWS::DynamoDB::Table: a table of one region. Ref: the name. GetAtt: Arn, StreamArn.
#include "cloudformation/resources/dynamodb_schema.h"
#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {
namespace {

struct TablePlan {
  json::Object create;
  bool point_in_time_recovery = false;
};

Result<TablePlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  TablePlan plan{ReadTableSchema(call, properties)};
  if (const auto enabled = properties.Boolean("DeletionProtectionEnabled")) {
    plan.create.Append("DeletionProtectionEnabled", *enabled);
  }
  const auto tags = properties.Tags("Tags");
  if (!tags.empty()) plan.create.Append("Tags", TagList(tags));
  plan.point_in_time_recovery = properties.Nested("PointInTimeRecoverySpecification")
                                    .Boolean("PointInTimeRecoveryEnabled")
                                    .value_or(false);
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  return plan;
}

class Table final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::DynamoDB::Table"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call);
    if (!plan.ok()) return done(plan.error());
    const std::string table = plan->create.Find("TableName")->as_string();
    std::vector<AsyncStep> steps;
    steps.push_back([call, body = plan->create](std::function<void(Status)> next) {
      CreateOwnTable(call, body, next);
    });
    steps.push_back([call, table](std::function<void(Status)> next) {
      AwaitTable(call, call.region, table, IsTableActive,
                 [next](Result<json::Value> seen) { seen.ok() ? next({}) : next(seen.error()); });
    });
    if (plan->point_in_time_recovery) {
      steps.push_back([call, table](std::function<void(Status)> next) {
        EnablePointInTimeRecovery(call, call.region, table, next);
      });
    }
    RunInOrder(std::move(steps), [call, table, done](Status status) {
      if (!status.ok()) return done(status.error());
      AwaitTable(call, call.region, table, IsTableActive, [=](Result<json::Value> seen) {
        if (!seen.ok()) return done(seen.error());
        done(ReadTable(table, *seen));
      });
    });
  }

  void Delete(ResourceCall call, DeletedDone done) const override { DeleteOwnTable(call, done); }
};

}  // namespace

std::unique_ptr<ResourceType> MakeDynamoDbTable() { return std::make_unique<Table>(); }

}  // namespace lifeboat::cloudformation
