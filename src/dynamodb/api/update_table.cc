// UpdateTable: one kind of change a call. The answer says UPDATING; the change is in force by then.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"
#include "dynamodb/index_backfill.h"
#include "dynamodb/replicas.h"
#include "dynamodb/schema_request.h"
#include "dynamodb/table_rules.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;
using json::Value;

constexpr Shape kRegionName{.kind = Shape::Kind::kString, .min = 1};
constexpr Member kThroughputOverrideMembers[] = {{"ReadCapacityUnits", &shapes::kUnits}};
constexpr Shape kThroughputOverride{.kind = Shape::Kind::kStructure,
                                    .name = "ProvisionedThroughputOverride",
                                    .members = kThroughputOverrideMembers};
constexpr Member kOnDemandOverrideMembers[] = {{"MaxReadRequestUnits", &shapes::kLong}};
constexpr Shape kOnDemandOverride{.kind = Shape::Kind::kStructure,
                                  .name = "OnDemandThroughputOverride",
                                  .members = kOnDemandOverrideMembers};
constexpr Member kReplicaMembers[] = {
    {"RegionName", &kRegionName, Need::kNotNull},
    {"KMSMasterKeyId", &shapes::kString},
    {"ProvisionedThroughputOverride", &kThroughputOverride},
    {"OnDemandThroughputOverride", &kOnDemandOverride},
    {"TableClassOverride", &shapes::kTableClass},
};
constexpr Shape kReplicaAction{.kind = Shape::Kind::kStructure,
                               .name = "CreateReplicationGroupMemberAction",
                               .members = kReplicaMembers};
constexpr Member kReplicaUpdateMembers[] = {
    {"Create", &kReplicaAction}, {"Update", &kReplicaAction}, {"Delete", &kReplicaAction}};
constexpr Shape kReplicaUpdate{.kind = Shape::Kind::kStructure,
                               .name = "ReplicationGroupUpdate",
                               .members = kReplicaUpdateMembers};
constexpr Shape kReplicaUpdates{.kind = Shape::Kind::kList, .min = 1, .element = &kReplicaUpdate};

constexpr Member kIndexUpdateMembers[] = {
    {"IndexName", &shapes::kIndexName, Need::kNotNull},
    {"ProvisionedThroughput", &shapes::kProvisionedThroughput},
    {"OnDemandThroughput", &shapes::kOnDemandThroughput},
    {"WarmThroughput", &shapes::kWarmThroughput},
};
constexpr Shape kIndexUpdate{.kind = Shape::Kind::kStructure,
                             .name = "UpdateGlobalSecondaryIndexAction",
                             .members = kIndexUpdateMembers};
constexpr Member kIndexDeleteMembers[] = {{"IndexName", &shapes::kIndexName, Need::kNotNull}};
constexpr Shape kIndexDelete{.kind = Shape::Kind::kStructure,
                             .name = "DeleteGlobalSecondaryIndexAction",
                             .members = kIndexDeleteMembers};
constexpr Member kIndexActionMembers[] = {
    {"Update", &kIndexUpdate}, {"Create", &shapes::kGlobalIndex}, {"Delete", &kIndexDelete}};
constexpr Shape kIndexAction{.kind = Shape::Kind::kStructure,
                             .name = "GlobalSecondaryIndexUpdate",
                             .members = kIndexActionMembers};
constexpr Shape kIndexActions{.kind = Shape::Kind::kList, .element = &kIndexAction};
constexpr Shape kWitnessUpdates{.kind = Shape::Kind::kList, .element = &shapes::kStringMap};

constexpr Member kMembers[] = {
    {"TableName", &shapes::kTableName, Need::kParameter},
    {"BillingMode", &shapes::kBillingMode},
    {"ProvisionedThroughput", &shapes::kProvisionedThroughput},
    {"AttributeDefinitions", &shapes::kAttributeDefinitions},
    {"GlobalSecondaryIndexUpdates", &kIndexActions},
    {"StreamSpecification", &shapes::kStreamSpecification},
    {"SSESpecification", &shapes::kSseSpecification},
    {"ReplicaUpdates", &kReplicaUpdates},
    {"TableClass", &shapes::kTableClass},
    {"DeletionProtectionEnabled", &shapes::kBoolean},
    {"MultiRegionConsistency", &shapes::kString},
    {"GlobalTableWitnessUpdates", &kWitnessUpdates},
    {"OnDemandThroughput", &shapes::kOnDemandThroughput},
    {"WarmThroughput", &shapes::kWarmThroughput},
    {"GlobalTableSettingsReplicationMode", &shapes::kString},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "UpdateTableInput", .members = kMembers};

/// Those of which a request needs at least one, and no other beside ReplicaUpdates.
constexpr std::string_view kActions[] = {
    "BillingMode",      "ProvisionedThroughput",     "GlobalSecondaryIndexUpdates",
    "SSESpecification", "StreamSpecification",       "TableClass",
    "WarmThroughput",   "DeletionProtectionEnabled", "OnDemandThroughput",
};
constexpr std::string_view kNotSupported[] = {"MultiRegionConsistency", "GlobalTableWitnessUpdates",
                                              "GlobalTableSettingsReplicationMode",
                                              "DisassociationProtectionEnabled"};
/// Of an action on a replica.
constexpr std::string_view kReplicaNotSupported[] = {"TableClassOverride",
                                                     "GlobalSecondaryIndexes"};

AwsResult<void> CheckReplicaActions(const Value& request) {
  const Value* updates = Present(request, "ReplicaUpdates");
  if (!updates) return {};
  for (const Value& update : updates->as_array()) {
    if (Present(update, "Disassociate")) return errors::NotSupportedHere("Disassociate");
    for (const std::string_view kind : {"Create", "Update"}) {
      const Value* action = Present(update, kind);
      for (const std::string_view name : kReplicaNotSupported) {
        if (action && Present(*action, name)) return errors::NotSupportedHere(name);
      }
    }
  }
  return {};
}

AwsResult<void> CheckActions(const Value& request) {
  if (auto c = CheckReplicaActions(request); !c) return c;
  const bool replicas = Present(request, "ReplicaUpdates");
  bool others = false;
  for (const std::string_view name : kActions) {
    const Value* given = Present(request, name);
    // An empty list of index changes asks for nothing.
    others |= given && !(given->is_array() && given->as_array().empty());
  }
  if (replicas && others) return errors::ReplicaUpdateNotAlone();
  if (request.GetString("MultiRegionConsistency") != "EVENTUAL") {
    for (const std::string_view name : kNotSupported) {
      if (Present(request, name)) return errors::NotSupportedHere(name);
    }
  }
  if (replicas || others) {
    if (auto c = CheckCombination(request); !c) return c;
    return CheckIndexUpdates(request);
  }
  return errors::Validation(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
      "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
      "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
      "OnDemandThroughput, WarmThroughput or TableClass is required");
}

AwsResult<void> ChangeStream(const Value& request, WallTime now, const LiveTable& live,
                             Table& next) {
  const Value* stream = Present(request, "StreamSpecification");
  if (!stream) return {};
  const std::string& view_type = stream->GetString("StreamViewType");
  if (stream->Find("StreamEnabled")->as_bool()) {
    if (next.EnabledStream()) {
      return errors::Validation("Table already has an enabled stream: TableName: " + next.name);
    }
    if (view_type.empty()) {
      return errors::InvalidParameterValues(
          "If stream is being enabled then UpdateViewType is required");
    }
    EnableStream(next, view_type, now, live.log.last());
    return {};
  }
  if (!view_type.empty()) {
    return errors::InvalidParameterValues(
        "If stream is being disabled, then UpdateViewType must not be specified");
  }
  if (!next.EnabledStream()) {
    return errors::Validation("Table has no stream to disable: TableName: " + next.name);
  }
  if (next.is_global()) return errors::StreamOfReplica();
  next.streams.back().disabled_at = now;
  next.streams.back().last_sequence = live.log.last();
  return {};
}

void NoteChange(const Throughput& before, WallTime now, Throughput& after) {
  after.increased_at = before.increased_at;
  after.decreased_at = before.decreased_at;
  if (after.read > before.read || after.write > before.write) after.increased_at = now;
  if (after.read < before.read || after.write < before.write) after.decreased_at = now;
}

AwsResult<void> ChangeThroughput(const Value& given, WallTime now, Throughput& throughput) {
  auto read = ReadThroughput(given);
  if (!read) return read.error();
  if (read->read == throughput.read && read->write == throughput.write) {
    return errors::Validation(fmt::format(
        "The provisioned throughput for the table will not change. The requested value equals the "
        "current value. Current ReadCapacityUnits provisioned for the table: {0}. Requested "
        "ReadCapacityUnits: {0}. Current WriteCapacityUnits provisioned for the table: {1}. "
        "Requested WriteCapacityUnits: {1}. Refer to the Amazon DynamoDB Developer Guide for "
        "current limits and how to request higher limits.",
        read->read, read->write));
  }
  NoteChange(throughput, now, *read);
  throughput = *std::move(read);
  return {};
}

AwsResult<void> ChangeBilling(const Value& request, WallTime now, Table& next) {
  const Value* throughput = Present(request, "ProvisionedThroughput");
  const std::string& mode = request.GetString("BillingMode");
  if (mode == "PAY_PER_REQUEST" || (mode.empty() && next.pay_per_request)) {
    if (throughput) {
      return errors::InvalidParameterValues(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
          "PAY_PER_REQUEST");
    }
    if (!next.pay_per_request) {
      next.pay_per_request_since = now;
      next.throughput = {};
      for (Index& index : next.indexes) index.throughput = {};
    }
    next.pay_per_request = true;
    return {};
  }
  if (mode == "PROVISIONED" && next.pay_per_request && !throughput) {
    return errors::InvalidParameterValues(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  next.pay_per_request = false;
  return throughput ? ChangeThroughput(*throughput, now, next.throughput) : AwsResult<void>();
}

AwsResult<void> CreateIndex(const Value& action, Table& next) {
  if (next.FindIndex(action.GetString("IndexName"))) {
    return errors::Validation("Attempting to create an index which already exists");
  }
  auto index = ReadIndex(action, true, next);
  if (!index) return index.error();
  index->backfilling = true;
  next.indexes.push_back(*std::move(index));
  size_t global = 0;
  for (const Index& one : next.indexes) global += one.global;
  if (global <= kMaxGlobalIndexes) return {};
  return errors::LimitExceeded(fmt::format(
      "GlobalSecondaryIndex count exceeds the per-table limit of {}", kMaxGlobalIndexes));
}

AwsResult<void> UpdateIndex(const Value& action, WallTime now, Table& next) {
  const std::string& name = action.GetString("IndexName");
  for (Index& index : next.indexes) {
    if (index.name != name || !index.global) continue;
    const Value* throughput = Present(action, "ProvisionedThroughput");
    return throughput ? ChangeThroughput(*throughput, now, index.throughput) : AwsResult<void>();
  }
  return errors::ResourceNotFound("Index: " + name + " not found");
}

AwsResult<void> DeleteIndex(const Value& action, Table& next) {
  const std::string& name = action.GetString("IndexName");
  const Index* index = next.FindIndex(name);
  if (!index) return errors::ResourceNotFound();
  if (!index->global) {
    return errors::Validation("Cannot delete an index that is not a GlobalSecondaryIndex: " + name);
  }
  DropIndex(next, name);
  // What no key needs any more is no longer defined.
  std::erase_if(next.attribute_definitions, [&](const KeyAttribute& definition) {
    if (next.keys.Has(definition.name)) return false;
    for (const Index& one : next.indexes) {
      if (one.keys.Has(definition.name)) return false;
    }
    return true;
  });
  return {};
}

AwsResult<void> CheckOneIndexOnly(const Value& updates) {
  size_t created_or_deleted = 0;
  for (const Value& update : updates.as_array()) {
    created_or_deleted += Present(update, "Create") || Present(update, "Delete");
  }
  if (created_or_deleted <= 1) return {};
  return errors::LimitExceeded(
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
      "table");
}

// The keys of a new index are defined by the request that makes it, also when the table knows them.
AwsResult<void> CheckKeysDefined(const Value& updates,
                                 const std::vector<KeyAttribute>& definitions) {
  for (const Value& update : updates.as_array()) {
    const Value* create = Present(update, "Create");
    if (!create) continue;
    const auto& keys = create->Find("KeySchema")->as_array();
    if (auto r = ReadKeySchema(keys, definitions, SchemaOf::kGlobalIndex); !r) return r.error();
  }
  return {};
}

AwsResult<void> ChangeIndexes(const Value& request, WallTime now, Table& next) {
  const Value* updates = Present(request, "GlobalSecondaryIndexUpdates");
  if (!updates) return {};
  if (auto c = CheckOneIndexOnly(*updates); !c) return c;
  if (auto c = CheckKeysDefined(*updates, ReadAttributeDefinitions(request)); !c) return c;
  for (const KeyAttribute& given : ReadAttributeDefinitions(request)) {
    const auto known =
        std::find_if(next.attribute_definitions.begin(), next.attribute_definitions.end(),
                     [&](const KeyAttribute& k) { return k.name == given.name; });
    if (known == next.attribute_definitions.end()) {
      next.attribute_definitions.push_back(given);
    } else if (*known != given) {
      return errors::InvalidParameterValues("Cannot redefine attribute " + given.name);
    }
  }
  for (const Value& update : updates->as_array()) {
    const Value* create = Present(update, "Create");
    const Value* change = Present(update, "Update");
    const Value* remove = Present(update, "Delete");
    auto done = create   ? CreateIndex(*create, next)
                : change ? UpdateIndex(*change, now, next)
                         : DeleteIndex(*remove, next);
    if (!done) return done;
  }
  return CheckDefinitionsUsed(next);
}

AwsResult<void> Apply(Core& core, const Value& request, LiveTable& live, Table& next,
                      storage::WriteBatch& also) {
  const WallTime now = core.now();
  if (const Value* updates = Present(request, "ReplicaUpdates")) {
    return core.replicas->Update(live, updates->as_array(), next, also);
  }
  if (next.status != TableStatus::kActive) return errors::ResourceBeingChanged();
  const bool was_protected = next.deletion_protected;
  const json::Value before(SharedSettings(next));
  if (auto r = ChangeStream(request, now, live, next); !r) return r;
  if (auto r = ChangeBilling(request, now, next); !r) return r;
  if (auto c = CheckSettings(request, next.pay_per_request); !c) return c;
  if (auto c = CheckEncryptionChanges(request, next); !c) return c;
  if (auto r = ChangeIndexes(request, now, next); !r) return r;
  ReadSettings(request, core.options.region, core.options.account, next);
  if (Present(request, "TableClass")) next.table_class_changed_at = now;
  if (json::Value(SharedSettings(next)) != before) core.replicas->ShareSettings(next, also);
  if (was_protected != next.deletion_protected) core.replicas->ShareProtection(next, also);
  return {};
}

// A replica that is only now being made is not shown by the answer that makes it.
json::Object Answer(const Core& core, const LiveTable& live, const std::string& created) {
  json::Object shown = DescribeTable(core, live.table(), live.stats, TableStatus::kUpdating);
  json::Value* replicas = shown.Find("Replicas");
  if (!replicas || created.empty()) return shown;
  std::erase_if(*replicas->if_array(), [&](const json::Value& replica) {
    return replica.GetString("RegionName") == created;
  });
  return shown;
}

std::string CreatedRegion(const Value& request) {
  const Value* updates = Present(request, "ReplicaUpdates");
  if (!updates || updates->as_array().empty()) return "";
  const Value* create = Present(updates->as_array()[0], "Create");
  return create ? create->GetString("RegionName") : "";
}

void UpdateTable(Core& core, const Value& request, Respond respond) {
  if (auto c = CheckActions(request); !c) return respond(c.error());
  const std::string name = TableNameIn(request);
  ChangeTable(
      core, name, errors::TableNotFound(name),
      [&core, request](LiveTable& live, Table& next, storage::WriteBatch& also) {
        return Apply(core, request, live, next, also);
      },
      [&core, created = CreatedRegion(request),
       respond = std::move(respond)](AwsResult<const LiveTable*> changed) {
        if (!changed) return respond(changed.error());
        StartBackfills(core, (*changed)->table().id);
        const Table& table = (*changed)->table();
        core.replicas->AwaitCreation(
            table, created,
            [respond, answer = Wrap("TableDescription", Answer(core, **changed, created))](
                const AwsResult<void>& made) { made ? respond(answer) : respond(made.error()); });
      });
}

}  // namespace

const Operation kUpdateTable{"UpdateTable", Operation::Access::kControl, kRequest, UpdateTable};

}  // namespace lifeboat::dynamodb
