// AWS::DynamoDB::GlobalTable: one table with replicas in several regions, owned by one stack.
// Ref: the name. GetAtt: Arn, StreamArn, TableId of the stack's own region.
//
// The table is made in the stack's region; then the other replicas are added one after another, as
// DynamoDB takes one change of replicas at a time; then each region gets the settings that do not
// replicate, from its own endpoint. Every step looks first at what is there, so that the whole can
// be repeated after a crash. It is complete when every replica is ACTIVE seen from both sides.
#include <fmt/format.h>

#include "cloudformation/resources/dynamodb_schema.h"
#include "cloudformation/resources/types.h"

namespace lifeboat::cloudformation {
namespace {

struct Replica {
  std::string region;
  bool point_in_time_recovery = false;
  std::optional<bool> deletion_protection;
  std::vector<std::pair<std::string, std::string>> tags;
};

struct GlobalTablePlan {
  json::Object create;
  std::string table;
  std::vector<Replica> replicas;  // The own region's first.
};

Replica ReadReplica(PropertyReader& properties) {
  Replica replica;
  replica.region = properties.RequiredText("Region");
  replica.deletion_protection = properties.Boolean("DeletionProtectionEnabled");
  replica.point_in_time_recovery = properties.Nested("PointInTimeRecoverySpecification")
                                       .Boolean("PointInTimeRecoveryEnabled")
                                       .value_or(false);
  replica.tags = properties.Tags("Tags");
  return replica;
}

Result<GlobalTablePlan> Translate(const ResourceCall& call) {
  PropertyReader properties(call.properties);
  GlobalTablePlan plan;
  plan.create = ReadTableSchema(call, properties);
  plan.table = plan.create.Find("TableName")->as_string();
  for (PropertyReader& element : properties.List("Replicas")) {
    Replica replica = ReadReplica(element);
    const bool is_own = replica.region == call.region;
    for (const Replica& other : plan.replicas) {
      if (other.region == replica.region) {
        properties.Fail(fmt::format("Replicas has more than one entry for {}", replica.region));
      }
    }
    plan.replicas.insert(is_own ? plan.replicas.begin() : plan.replicas.end(), std::move(replica));
  }
  if (plan.replicas.empty() || plan.replicas.front().region != call.region) {
    properties.Fail("The Replicas section must contain an entry for the current region");
  } else if (plan.replicas.size() > 1 && !plan.create.Has("StreamSpecification")) {
    properties.Fail("StreamSpecification is required for a table with more than one replica");
  }
  if (Status status = properties.Finish(); !status.ok()) return status.error();
  if (const auto& protection = plan.replicas.front().deletion_protection) {
    plan.create.Append("DeletionProtectionEnabled", *protection);
  }
  return plan;
}

const json::Value* FindReplica(const json::Value& table, std::string_view region) {
  const json::Value* replicas = table.Find("Replicas");
  if (!replicas) return nullptr;
  for (const json::Value& replica : replicas->as_array()) {
    if (replica.GetString("RegionName") == region) return &replica;
  }
  return nullptr;
}

bool HasActiveReplica(const json::Value& table, std::string_view region) {
  const json::Value* replica = FindReplica(table, region);
  return IsTableActive(table) && replica && replica->GetString("ReplicaStatus") == "ACTIVE";
}

std::function<void(Result<json::Value>)> Ignoring(std::function<void(Status)> next) {
  return [next](Result<json::Value> seen) { seen.ok() ? next({}) : next(seen.error()); };
}

Answered OnlyErrors(std::function<void(Status)> next) {
  return [next](Result<ServiceAnswer, Fault> answer) {
    answer.ok() ? next({}) : next(answer.error().error);
  };
}

void RequestReplica(const ResourceCall& call, const std::string& table, const std::string& region,
                    std::function<void(Status)> next) {
  AwaitTable(call, call.region, table, IsTableActive, [=](Result<json::Value> seen) {
    if (!seen.ok()) return next(seen.error());
    if (FindReplica(*seen, region)) return next({});
    json::Array updates{json::Object{{"Create", json::Object{{"RegionName", region}}}}};
    CallDynamoDb(call, call.region, "UpdateTable",
                 {{"TableName", table}, {"ReplicaUpdates", std::move(updates)}}, OnlyErrors(next));
  });
}

void AddReplicaSteps(const ResourceCall& call, const std::string& table, const std::string& region,
                     std::vector<AsyncStep>& steps) {
  steps.push_back(
      [=](std::function<void(Status)> next) { RequestReplica(call, table, region, next); });
  steps.push_back([=](std::function<void(Status)> next) {
    AwaitTable(
        call, call.region, table,
        [region](const json::Value& seen) { return HasActiveReplica(seen, region); },
        Ignoring(next));
  });
  steps.push_back([=](std::function<void(Status)> next) {
    AwaitTable(
        call, region, table,
        [own = call.region](const json::Value& seen) { return HasActiveReplica(seen, own); },
        Ignoring(next));
  });
}

void ProtectReplica(const ResourceCall& call, const std::string& table, const std::string& region,
                    bool enabled, std::function<void(Status)> next) {
  AwaitTable(call, region, table, IsTableActive, [=](Result<json::Value> seen) {
    if (!seen.ok()) return next(seen.error());
    const json::Value* present = seen->Find("DeletionProtectionEnabled");
    if ((present && present->as_bool()) == enabled) return next({});
    CallDynamoDb(call, region, "UpdateTable",
                 {{"TableName", table}, {"DeletionProtectionEnabled", enabled}}, OnlyErrors(next));
  });
}

void TagReplica(const ResourceCall& call, const std::string& table, const Replica& replica,
                std::function<void(Status)> next) {
  const std::string arn =
      fmt::format("arn:aws:dynamodb:{}:{}:table/{}", replica.region, call.account, table);
  CallDynamoDb(call, replica.region, "TagResource",
               {{"ResourceArn", arn}, {"Tags", TagList(replica.tags)}}, OnlyErrors(next));
}

void AddSettingSteps(const ResourceCall& call, const std::string& table, const Replica& replica,
                     std::vector<AsyncStep>& steps) {
  if (replica.deletion_protection) {
    steps.push_back([=](std::function<void(Status)> next) {
      ProtectReplica(call, table, replica.region, *replica.deletion_protection, next);
    });
  }
  if (replica.point_in_time_recovery) {
    steps.push_back([=](std::function<void(Status)> next) {
      EnablePointInTimeRecovery(call, replica.region, table, next);
    });
  }
  if (!replica.tags.empty()) {
    steps.push_back(
        [=](std::function<void(Status)> next) { TagReplica(call, table, replica, next); });
  }
}

void AwaitWithoutReplica(const ResourceCall& call, const std::string& region,
                         std::function<void(Status)> next) {
  AwaitTable(
      call, call.region, call.physical_id,
      [region](const json::Value& seen) {
        return IsTableActive(seen) && !FindReplica(seen, region);
      },
      Ignoring(next));
}

// An earlier try may have asked for it already: then only the waiting is left.
void RemoveReplica(const ResourceCall& call, const std::string& region,
                   std::function<void(Status)> next) {
  const auto is_settled = [region](const json::Value& table) {
    const json::Value* replica = FindReplica(table, region);
    return IsTableActive(table) || (replica && replica->GetString("ReplicaStatus") == "DELETING");
  };
  AwaitTable(call, call.region, call.physical_id, is_settled, [=](Result<json::Value> seen) {
    if (!seen.ok()) return next(seen.error());
    const json::Value* replica = FindReplica(*seen, region);
    if (!replica || replica->GetString("ReplicaStatus") == "DELETING") {
      return AwaitWithoutReplica(call, region, next);
    }
    json::Array updates{json::Object{{"Delete", json::Object{{"RegionName", region}}}}};
    CallDynamoDb(call, call.region, "UpdateTable",
                 {{"TableName", call.physical_id}, {"ReplicaUpdates", std::move(updates)}},
                 [=](Result<ServiceAnswer, Fault> answer) {
                   if (!answer.ok()) return next(answer.error().error);
                   AwaitWithoutReplica(call, region, next);
                 });
  });
}

class GlobalTable final : public ResourceType {
 public:
  std::string_view name() const override { return "AWS::DynamoDB::GlobalTable"; }

  void Create(ResourceCall call, MadeDone done) const override {
    auto plan = Translate(call);
    if (!plan.ok()) return done(plan.error());
    const std::string table = plan->table;
    std::vector<AsyncStep> steps;
    steps.push_back([call, body = plan->create](std::function<void(Status)> next) {
      CreateOwnTable(call, body, next);
    });
    for (size_t i = 1; i < plan->replicas.size(); ++i) {
      AddReplicaSteps(call, table, plan->replicas[i].region, steps);
    }
    for (const Replica& replica : plan->replicas) AddSettingSteps(call, table, replica, steps);
    RunInOrder(std::move(steps), [call, table, done](Status status) {
      if (!status.ok()) return done(status.error());
      AwaitTable(call, call.region, table, IsTableActive, [=](Result<json::Value> seen) {
        if (!seen.ok()) return done(seen.error());
        done(ReadTable(table, *seen));
      });
    });
  }

  // Replicas go first: the region that they were made from can't be deleted before them.
  void Delete(ResourceCall call, DeletedDone done) const override {
    CallDynamoDb(
        call, call.region, "DescribeTable", {{"TableName", call.physical_id}},
        [=](Result<ServiceAnswer, Fault> answer) {
          if (!answer.ok()) {
            const Fault& fault = answer.error();
            return fault.code == "ResourceNotFoundException" ? done({}) : done(fault.error);
          }
          std::vector<AsyncStep> steps;
          const json::Value* replicas = answer->json.FindPath({"Table", "Replicas"});
          for (const json::Value& replica : replicas ? replicas->as_array() : json::Array()) {
            steps.push_back(
                [call, region = replica.GetString("RegionName")](std::function<void(Status)> next) {
                  RemoveReplica(call, region, next);
                });
          }
          steps.push_back([call](std::function<void(Status)> next) { DeleteOwnTable(call, next); });
          RunInOrder(std::move(steps), done);
        });
  }
};

}  // namespace

std::unique_ptr<ResourceType> MakeDynamoDbGlobalTable() { return std::make_unique<GlobalTable>(); }

}  // namespace lifeboat::cloudformation
