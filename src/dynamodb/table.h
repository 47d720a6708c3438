// Table: what the catalog knows of one table in this region, and its stored form. A Table is a
// value: a change makes a new one, which replaces the old one when it is durable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dynamodb/attribute_value.h"
#include "json/value.h"
#include "storage/item.h"

namespace lifeboat::dynamodb {

struct KeyAttribute {
  std::string name;
  Type type = Type::kS;
  bool operator==(const KeyAttribute&) const = default;
};

/// A base table has one hash and at most one range attribute; a global secondary index up to four
/// of each.
struct KeySchema {
  std::vector<KeyAttribute> hash;
  std::vector<KeyAttribute> range;
  bool operator==(const KeySchema&) const = default;
  bool Has(std::string_view attribute) const;
  /// All attributes, the hash ones first.
  std::vector<KeyAttribute> All() const;
};

struct Throughput {
  int64_t read = 0;
  int64_t write = 0;
  std::optional<WallTime> increased_at;
  std::optional<WallTime> decreased_at;
};

struct Index {
  enum class Projection { kAll, kKeysOnly, kInclude };
  std::string name;
  uint8_t number = 0;  ///< In storage keys; from 1.
  bool global = false;
  KeySchema keys;
  Projection projection = Projection::kAll;
  std::vector<std::string> non_key_attributes;
  Throughput throughput;
  bool backfilling = false;  ///< CREATING: writes maintain it, reads are refused.
};

/// One life of the table's stream, from enabling to disabling. Its records are those of the change
/// log in (after_sequence, last_sequence].
struct Stream {
  std::string label;
  std::string view_type;
  WallTime created_at;
  uint64_t after_sequence = 0;
  std::optional<uint64_t> last_sequence;  ///< Set when it was disabled.
  std::optional<WallTime> disabled_at;
  bool enabled() const { return !disabled_at; }
};

/// Another region's replica of this table.
struct Replica {
  std::string region;
  std::string status = "ACTIVE";  ///< CREATING, ACTIVE, DELETING, or kCreationFailed.
  std::string incarnation;        ///< Names this stay in the group, so that late messages of an
                                  ///< earlier one are recognised.
  std::string source;             ///< The region that it was made from.
  WallTime created_at;
  bool deletion_protected = false;  ///< As it last told us.
  json::Object overrides;           ///< Of ReplicaUpdates, for DescribeTable.
  std::string status_description;   ///< Why it failed.

  /// One that its region refused is shown where it was asked for until it is deleted. It takes no
  /// part in anything.
  static constexpr std::string_view kCreationFailed = "CREATION_FAILED";
  bool failed() const { return status == kCreationFailed; }
};

struct TimeToLive {
  bool enabled = false;
  std::string attribute;
  std::optional<WallTime> changed_at;
};

struct PointInTimeRecovery {
  bool enabled = false;
  WallTime enabled_at;
  uint64_t after_sequence = 0;  ///< The log is kept from here on.
  int64_t period_days = 35;
};

enum class TableStatus { kCreating, kActive, kUpdating, kDeleting };
std::string_view ToString(TableStatus status);

struct Table {
  storage::TableId id;
  std::string name;
  std::string uuid;  ///< The TableId that users see; of this region's replica.
  WallTime created_at;
  TableStatus status = TableStatus::kActive;

  KeySchema keys;
  std::vector<KeyAttribute> attribute_definitions;  ///< As they were given.
  std::vector<Index> indexes;
  /// Numbers of indexes that are gone, but whose entries are not yet.
  std::vector<uint8_t> dropped_indexes;
  bool pay_per_request = false;
  std::optional<WallTime> pay_per_request_since;
  Throughput throughput;
  json::Object on_demand_throughput;  ///< As given; empty when not.
  json::Object warm_throughput;       ///< As given; empty when not.
  std::string table_class;            ///< Empty until it was given.
  std::optional<WallTime> table_class_changed_at;
  bool kms_encryption = false;
  std::string kms_key_arn;
  bool deletion_protected = false;
  json::Object tags;
  TimeToLive ttl;
  PointInTimeRecovery pitr;
  /// The last one is the newest; older ones stay while their records can be read.
  std::vector<Stream> streams;

  // The group of a global table.
  std::vector<Replica> replicas;      ///< The others, in the order in which they came.
  std::string incarnation;            ///< Of our own stay in the group.
  std::string source;                 ///< The region that we were made from; empty for the first.
  std::optional<WallTime> joined_at;  ///< Set with `source`.
  bool joining = false;               ///< We are CREATING and wait for the items.
  std::vector<std::string> departed;  ///< Incarnations that have left, newest last.
  /// When the settings that all replicas share were last changed: the later change wins.
  int64_t settings_stamp = 0;
  std::string settings_region;

  bool is_global() const { return !replicas.empty(); }
  const Index* FindIndex(std::string_view index_name) const;
  const Replica* FindReplica(std::string_view region) const;
  Replica* FindReplica(std::string_view region);
  /// The newest stream when it is enabled; else nullptr.
  const Stream* EnabledStream() const;
  bool has_local_indexes() const;
  /// The smallest number under which there are no index entries.
  uint8_t FreeIndexNumber() const;
};

std::string TableArn(std::string_view region, std::string_view account, std::string_view table);
/// The table's name when `text` is a table's ARN of any region, else `text` itself.
std::string_view TableNameOf(std::string_view name_or_arn);

/// The stored form, one JSON document (docs/formats/catalog.md).
std::string EncodeTable(const Table& table);
Result<Table> DecodeTable(std::string_view bytes);
/// Those members that all replicas of a global table have in common, and back: what peer messages
/// carry. Apply leaves the rest of `table` alone.
json::Object SharedSettings(const Table& table);
Status ApplySharedSettings(Table& table, const json::Object& settings);
json::Object ReplicaToJson(const Replica& replica);
Replica ReplicaFromJson(const json::Value& value);
json::Object SharedIdentity(const Table& table);
Status ApplySharedIdentity(Table& table, const json::Object& identity);

}  // namespace lifeboat::dynamodb
