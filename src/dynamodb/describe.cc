#include "dynamodb/describe.h"

namespace lifeboat::dynamodb {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr int64_t kOnDemandWarmReads = 12000;
constexpr int64_t kOnDemandWarmWrites = 4000;

Value KeySchemaJson(const KeySchema& keys) {
  Array array;
  for (const KeyAttribute& key : keys.hash) {
    array.push_back(Object{{"AttributeName", key.name}, {"KeyType", "HASH"}});
  }
  for (const KeyAttribute& key : keys.range) {
    array.push_back(Object{{"AttributeName", key.name}, {"KeyType", "RANGE"}});
  }
  return array;
}

Value AttributeDefinitionsJson(const Table& table) {
  Array array;
  for (const KeyAttribute& key : table.attribute_definitions) {
    array.push_back(Object{{"AttributeName", key.name}, {"AttributeType", TypeName(key.type)}});
  }
  return array;
}

Value ThroughputJson(const Throughput& throughput) {
  Object object;
  if (throughput.increased_at) {
    object.Set("LastIncreaseDateTime", TimeJson(*throughput.increased_at));
  }
  if (throughput.decreased_at) {
    object.Set("LastDecreaseDateTime", TimeJson(*throughput.decreased_at));
  }
  object.Set("NumberOfDecreasesToday", 0);
  object.Set("ReadCapacityUnits", throughput.read);
  object.Set("WriteCapacityUnits", throughput.write);
  return object;
}

Value WarmThroughputJson(const Table& table, const Throughput& throughput, bool ready) {
  if (!table.warm_throughput.empty()) {
    Object given = table.warm_throughput;
    given.Set("Status", ready ? "ACTIVE" : "UPDATING");
    return given;
  }
  const bool on_demand = table.pay_per_request;
  return Object{{"ReadUnitsPerSecond", on_demand ? kOnDemandWarmReads : throughput.read},
                {"WriteUnitsPerSecond", on_demand ? kOnDemandWarmWrites : throughput.write},
                {"Status", ready ? "ACTIVE" : "UPDATING"}};
}

// CreateTable and DeleteTable tell only of what was asked for.
bool ShowsWarmThroughput(const Table& table, TableStatus status) {
  return !table.warm_throughput.empty() ||
         (status != TableStatus::kCreating && status != TableStatus::kDeleting);
}

Value ProjectionJson(const Index& index) {
  constexpr std::string_view kNames[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
  Object object{{"ProjectionType", kNames[static_cast<size_t>(index.projection)]}};
  if (index.projection == Index::Projection::kInclude) {
    object.Set("NonKeyAttributes",
               Array(index.non_key_attributes.begin(), index.non_key_attributes.end()));
  }
  return object;
}

Value IndexJson(const Core& core, const Table& table, const Index& index, TableStatus status) {
  Object object{{"IndexName", index.name},
                {"KeySchema", KeySchemaJson(index.keys)},
                {"Projection", ProjectionJson(index)}};
  if (index.global) {
    const bool creating = status == TableStatus::kCreating || index.backfilling;
    object.Set("IndexStatus", status == TableStatus::kDeleting ? "DELETING"
                              : creating                       ? "CREATING"
                                                               : "ACTIVE");
    if (index.backfilling) object.Set("Backfilling", true);
    object.Set("ProvisionedThroughput", ThroughputJson(index.throughput));
    if (ShowsWarmThroughput(table, status)) {
      object.Set("WarmThroughput", WarmThroughputJson(table, index.throughput, !creating));
    }
  }
  object.Set("IndexSizeBytes", 0);
  object.Set("ItemCount", 0);
  object.Set("IndexArn", core.ArnOf(table.name) + "/index/" + index.name);
  return object;
}

void AddIndexes(const Core& core, const Table& table, TableStatus status, Object& out) {
  Array local;
  Array global;
  for (const Index& index : table.indexes) {
    (index.global ? global : local).push_back(IndexJson(core, table, index, status));
  }
  if (!local.empty()) out.Set("LocalSecondaryIndexes", std::move(local));
  if (!global.empty()) out.Set("GlobalSecondaryIndexes", std::move(global));
}

void AddBilling(const Table& table, TableStatus status, Object& out) {
  if (table.pay_per_request || table.pay_per_request_since) {
    Object summary{{"BillingMode", table.pay_per_request ? "PAY_PER_REQUEST" : "PROVISIONED"}};
    if (table.pay_per_request_since && status != TableStatus::kCreating) {
      summary.Set("LastUpdateToPayPerRequestDateTime", TimeJson(*table.pay_per_request_since));
    }
    out.Set("BillingModeSummary", std::move(summary));
  }
  out.Set("ProvisionedThroughput", ThroughputJson(table.throughput));
  if (!table.on_demand_throughput.empty()) {
    out.Set("OnDemandThroughput", table.on_demand_throughput);
  }
  if (ShowsWarmThroughput(table, status)) {
    out.Set("WarmThroughput",
            WarmThroughputJson(table, table.throughput, status != TableStatus::kCreating));
  }
}

void AddStream(const Core& core, const Table& table, Object& out) {
  if (table.streams.empty()) return;
  const Stream& stream = table.streams.back();
  if (stream.enabled()) {
    out.Set("StreamSpecification",
            Object{{"StreamEnabled", true}, {"StreamViewType", stream.view_type}});
  }
  out.Set("LatestStreamLabel", stream.label);
  out.Set("LatestStreamArn", StreamArn(core, table, stream));
}

Value ReplicaJson(const Table& table, const Replica& replica) {
  Object object{{"RegionName", replica.region}, {"ReplicaStatus", replica.status}};
  if (!replica.status_description.empty())
    object.Set("ReplicaStatusDescription", replica.status_description);
  for (const auto& [name, value] : replica.overrides) object.Set(name, value);
  object.Set("WarmThroughput",
             WarmThroughputJson(table, table.throughput, replica.status != "CREATING"));
  object.Set("GlobalTableSettingsReplicationMode", "ENABLED_WITH_OVERRIDES");
  return object;
}

void AddReplicas(const Table& table, Object& out) {
  if (table.replicas.empty()) return;
  Array replicas;
  for (const Replica& replica : table.replicas) replicas.push_back(ReplicaJson(table, replica));
  out.Set("GlobalTableVersion", "2019.11.21");
  out.Set("Replicas", std::move(replicas));
  out.Set("GlobalTableSettingsReplicationMode", "ENABLED_WITH_OVERRIDES");
}

// A key lives in one region. The type of encryption is shared by all replicas; a replica that was
// given no key of its own is encrypted with its region's key for DynamoDB.
std::string KeyArnHere(const Core& core, const Table& table) {
  const std::string ours = fmt::format("arn:aws:kms:{}:", core.options.region);
  if (table.kms_key_arn.starts_with(ours)) return table.kms_key_arn;
  return ours + core.options.account + ":alias/aws/dynamodb";
}

void AddRest(const Core& core, const Table& table, Object& out) {
  if (table.kms_encryption) {
    out.Set("SSEDescription", Object{{"Status", "ENABLED"},
                                     {"SSEType", "KMS"},
                                     {"KMSMasterKeyArn", KeyArnHere(core, table)}});
  }
  if (!table.table_class.empty()) {
    Object summary{{"TableClass", table.table_class}};
    if (table.table_class_changed_at) {
      summary.Set("LastUpdateDateTime", TimeJson(*table.table_class_changed_at));
    }
    out.Set("TableClassSummary", std::move(summary));
  }
  out.Set("DeletionProtectionEnabled", table.deletion_protected);
}

void AddIdentity(const Core& core, const Table& table, const TableStats& stats, TableStatus status,
                 Object& out) {
  out.Set("TableName", table.name);
  out.Set("TableStatus", ToString(status));
  out.Set("TableSizeBytes", stats.bytes);
  out.Set("ItemCount", stats.items);
  out.Set("TableArn", core.ArnOf(table.name));
  out.Set("TableId", table.uuid);
}

}  // namespace

Value TimeJson(WallTime time) { return static_cast<double>(time.millis()) / 1000.0; }

std::string StreamArn(const Core& core, const Table& table, const Stream& stream) {
  return core.ArnOf(table.name) + "/stream/" + stream.label;
}

Object DescribeTable(const Core& core, const Table& table, const TableStats& stats,
                     TableStatus status) {
  Object out{{"AttributeDefinitions", AttributeDefinitionsJson(table)},
             {"KeySchema", KeySchemaJson(table.keys)},
             {"CreationDateTime", TimeJson(table.created_at)}};
  AddIdentity(core, table, stats, status, out);
  AddBilling(table, status, out);
  AddIndexes(core, table, status, out);
  AddStream(core, table, out);
  AddReplicas(table, out);
  AddRest(core, table, out);
  return out;
}

Object DescribeDeleted(const Core& core, const Table& table, const TableStats& stats) {
  Object out;
  AddIdentity(core, table, stats, TableStatus::kDeleting, out);
  AddBilling(table, TableStatus::kDeleting, out);
  AddStream(core, table, out);
  AddReplicas(table, out);
  AddRest(core, table, out);
  return out;
}

}  // namespace lifeboat::dynamodb
