// The stored form of a Table, and the parts of it that travel between replicas.
#include <algorithm>

#include "base/bytes.h"
#include "dynamodb/table.h"

namespace lifeboat::dynamodb {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr int64_t kFormat = 1;

Value TimeToJson(const std::optional<WallTime>& time) { return time ? Value(time->ns) : Value(); }

std::optional<WallTime> TimeFromJson(const Value* value) {
  const int64_t* ns = value ? value->if_int() : nullptr;
  return ns ? std::optional(WallTime{*ns}) : std::nullopt;
}

int64_t IntOf(const Value& value, std::string_view name) {
  const Value* member = value.Find(name);
  return member ? member->as_int() : 0;
}

bool BoolOf(const Value& value, std::string_view name) {
  const Value* member = value.Find(name);
  return member && member->as_bool();
}

Object ObjectOf(const Value& value, std::string_view name) {
  const Value* member = value.Find(name);
  return member ? member->as_object() : Object();
}

const Array& ArrayOf(const Value& value, std::string_view name) {
  static const Array empty;
  const Value* member = value.Find(name);
  return member ? member->as_array() : empty;
}

Value KeysToJson(const std::vector<KeyAttribute>& keys) {
  Array array;
  for (const KeyAttribute& key : keys) {
    array.push_back(Object{{"name", key.name}, {"type", TypeName(key.type)}});
  }
  return array;
}

std::vector<KeyAttribute> KeysFromJson(const Array& array) {
  std::vector<KeyAttribute> keys;
  for (const Value& value : array) {
    const std::string& type = value.GetString("type");
    keys.push_back({value.GetString("name"), type == "N"   ? Type::kN
                                             : type == "B" ? Type::kB
                                                           : Type::kS});
  }
  return keys;
}

Value SchemaToJson(const KeySchema& schema) {
  return Object{{"hash", KeysToJson(schema.hash)}, {"range", KeysToJson(schema.range)}};
}

KeySchema SchemaFromJson(const Value& value) {
  return {KeysFromJson(ArrayOf(value, "hash")), KeysFromJson(ArrayOf(value, "range"))};
}

Value ThroughputToJson(const Throughput& throughput) {
  return Object{{"read", throughput.read},
                {"write", throughput.write},
                {"increased", TimeToJson(throughput.increased_at)},
                {"decreased", TimeToJson(throughput.decreased_at)}};
}

Throughput ThroughputFromJson(const Value* value) {
  if (!value) return {};
  return {IntOf(*value, "read"), IntOf(*value, "write"), TimeFromJson(value->Find("increased")),
          TimeFromJson(value->Find("decreased"))};
}

Value StringsToJson(const std::vector<std::string>& strings) {
  return Array(strings.begin(), strings.end());
}

std::vector<std::string> StringsFromJson(const Array& array) {
  std::vector<std::string> strings;
  for (const Value& value : array) strings.push_back(value.as_string());
  return strings;
}

Value IndexToJson(const Index& index) {
  return Object{{"name", index.name},
                {"number", static_cast<int64_t>(index.number)},
                {"global", index.global},
                {"keys", SchemaToJson(index.keys)},
                {"projection", static_cast<int64_t>(index.projection)},
                {"include", StringsToJson(index.non_key_attributes)},
                {"throughput", ThroughputToJson(index.throughput)},
                {"backfilling", index.backfilling}};
}

// Without a hash key there are no entries to be found, and another projection has no meaning.
bool IsWhole(const Index& index) {
  return !index.name.empty() && !index.keys.hash.empty() &&
         index.projection >= Index::Projection::kAll &&
         index.projection <= Index::Projection::kInclude;
}

Index IndexFromJson(const Value& value) {
  Index index;
  index.name = value.GetString("name");
  index.number = static_cast<uint8_t>(IntOf(value, "number"));
  index.global = BoolOf(value, "global");
  if (const Value* keys = value.Find("keys")) index.keys = SchemaFromJson(*keys);
  index.projection =
      static_cast<Index::Projection>(std::clamp<int64_t>(IntOf(value, "projection"), -1, 3));
  index.non_key_attributes = StringsFromJson(ArrayOf(value, "include"));
  index.throughput = ThroughputFromJson(value.Find("throughput"));
  index.backfilling = BoolOf(value, "backfilling");
  return index;
}

Value StreamToJson(const Stream& stream) {
  Object object{{"label", stream.label},
                {"view", stream.view_type},
                {"created", stream.created_at.ns},
                {"after", static_cast<int64_t>(stream.after_sequence)},
                {"disabled", TimeToJson(stream.disabled_at)}};
  if (stream.last_sequence) object.Set("last", static_cast<int64_t>(*stream.last_sequence));
  return object;
}

Stream StreamFromJson(const Value& value) {
  Stream stream;
  stream.label = value.GetString("label");
  stream.view_type = value.GetString("view");
  stream.created_at = WallTime{IntOf(value, "created")};
  stream.after_sequence = static_cast<uint64_t>(IntOf(value, "after"));
  stream.disabled_at = TimeFromJson(value.Find("disabled"));
  if (value.Find("last")) stream.last_sequence = static_cast<uint64_t>(IntOf(value, "last"));
  return stream;
}

Object TtlToJson(const TimeToLive& ttl) {
  return {{"enabled", ttl.enabled},
          {"attribute", ttl.attribute},
          {"changed", TimeToJson(ttl.changed_at)}};
}

TimeToLive TtlFromJson(const Value* value) {
  if (!value) return {};
  return {BoolOf(*value, "enabled"), value->GetString("attribute"),
          TimeFromJson(value->Find("changed"))};
}

Object PitrToJson(const PointInTimeRecovery& pitr) {
  return {{"enabled", pitr.enabled},
          {"since", pitr.enabled_at.ns},
          {"after", static_cast<int64_t>(pitr.after_sequence)},
          {"days", pitr.period_days}};
}

PointInTimeRecovery PitrFromJson(const Value* value) {
  if (!value) return {};
  return {BoolOf(*value, "enabled"), WallTime{IntOf(*value, "since")},
          static_cast<uint64_t>(IntOf(*value, "after")), IntOf(*value, "days")};
}

template <class T, class Write>
Value ListToJson(const std::vector<T>& list, Write write) {
  Array array;
  for (const T& element : list) array.push_back(write(element));
  return array;
}

void WriteLocalMembers(const Table& table, Object& out) {
  out.Append("uuid", table.uuid);
  out.Append("created", table.created_at.ns);
  out.Append("status", ToString(table.status));
  out.Append("protected", table.deletion_protected);
  out.Append("tags", table.tags);
  out.Append("pitr", PitrToJson(table.pitr));
  out.Append("streams", ListToJson(table.streams, StreamToJson));
  out.Append("replicas", ListToJson(table.replicas, ReplicaToJson));
  out.Append("incarnation", table.incarnation);
  out.Append("source", table.source);
  out.Append("joined", TimeToJson(table.joined_at));
  out.Append("joining", table.joining);
  out.Append("dropped", Array(table.dropped_indexes.begin(), table.dropped_indexes.end()));
  out.Append("departed", StringsToJson(table.departed));
}

TableStatus StatusFromText(std::string_view text) {
  for (const TableStatus status : {TableStatus::kCreating, TableStatus::kUpdating}) {
    if (ToString(status) == text) return status;
  }
  return TableStatus::kActive;
}

void ReadLocalMembers(const Value& in, Table& table) {
  table.uuid = in.GetString("uuid");
  table.created_at = WallTime{IntOf(in, "created")};
  table.status = StatusFromText(in.GetString("status"));
  table.deletion_protected = BoolOf(in, "protected");
  table.tags = ObjectOf(in, "tags");
  table.pitr = PitrFromJson(in.Find("pitr"));
  for (const Value& stream : ArrayOf(in, "streams")) {
    table.streams.push_back(StreamFromJson(stream));
  }
  for (const Value& replica : ArrayOf(in, "replicas")) {
    table.replicas.push_back(ReplicaFromJson(replica));
  }
  table.incarnation = in.GetString("incarnation");
  table.source = in.GetString("source");
  table.joined_at = TimeFromJson(in.Find("joined"));
  table.joining = BoolOf(in, "joining");
  for (const Value& number : ArrayOf(in, "dropped")) {
    table.dropped_indexes.push_back(static_cast<uint8_t>(number.as_int()));
  }
  table.departed = StringsFromJson(ArrayOf(in, "departed"));
}

}  // namespace

Object ReplicaToJson(const Replica& replica) {
  return {{"region", replica.region},           {"status", replica.status},
          {"incarnation", replica.incarnation}, {"source", replica.source},
          {"created", replica.created_at.ns},   {"protected", replica.deletion_protected},
          {"overrides", replica.overrides},     {"description", replica.status_description}};
}

Replica ReplicaFromJson(const Value& value) {
  return {value.GetString("region"),         value.GetString("status"),
          value.GetString("incarnation"),    value.GetString("source"),
          WallTime{IntOf(value, "created")}, BoolOf(value, "protected"),
          ObjectOf(value, "overrides"),      value.GetString("description")};
}

Object SharedIdentity(const Table& table) {
  std::string id;
  AppendU64(id, table.id.value);
  return {{"id", HexEncode(id)}, {"name", table.name}, {"keys", SchemaToJson(table.keys)}};
}

Status ApplySharedIdentity(Table& table, const Object& identity) {
  const Value value(identity);
  const auto id = HexDecode(value.GetString("id"));
  const Value* keys = value.Find("keys");
  if (!id || id->size() != 8 || !keys) return Error{ErrorCode::kCorrupt, "table: no identity"};
  ByteReader reader(*id);
  table.id = {reader.U64()};
  table.name = value.GetString("name");
  table.keys = SchemaFromJson(*keys);
  if (table.keys.hash.size() != 1 || table.keys.range.size() > 1 || table.name.empty()) {
    return Error{ErrorCode::kCorrupt, "table: no key schema"};
  }
  return {};
}

Object SharedSettings(const Table& table) {
  return {{"attributes", KeysToJson(table.attribute_definitions)},
          {"indexes", ListToJson(table.indexes, IndexToJson)},
          {"onDemand", table.pay_per_request},
          {"onDemandSince", TimeToJson(table.pay_per_request_since)},
          {"throughput", ThroughputToJson(table.throughput)},
          {"onDemandThroughput", table.on_demand_throughput},
          {"warmThroughput", table.warm_throughput},
          {"class", table.table_class},
          {"classChanged", TimeToJson(table.table_class_changed_at)},
          {"kms", table.kms_encryption},
          {"kmsKey", table.kms_key_arn},
          {"ttl", TtlToJson(table.ttl)},
          {"stamp", table.settings_stamp},
          {"stampRegion", table.settings_region}};
}

Status ApplySharedSettings(Table& table, const Object& settings) {
  const Value in(settings);
  if (!in.Find("indexes") || !in.Find("throughput")) {
    return Error{ErrorCode::kCorrupt, "table: no settings"};
  }
  table.attribute_definitions = KeysFromJson(ArrayOf(in, "attributes"));
  table.indexes.clear();
  for (const Value& index : ArrayOf(in, "indexes")) {
    table.indexes.push_back(IndexFromJson(index));
    if (!IsWhole(table.indexes.back())) return Error{ErrorCode::kCorrupt, "table: no index"};
  }
  table.pay_per_request = BoolOf(in, "onDemand");
  table.pay_per_request_since = TimeFromJson(in.Find("onDemandSince"));
  table.throughput = ThroughputFromJson(in.Find("throughput"));
  table.on_demand_throughput = ObjectOf(in, "onDemandThroughput");
  table.warm_throughput = ObjectOf(in, "warmThroughput");
  table.table_class = in.GetString("class");
  table.table_class_changed_at = TimeFromJson(in.Find("classChanged"));
  table.kms_encryption = BoolOf(in, "kms");
  table.kms_key_arn = in.GetString("kmsKey");
  table.ttl = TtlFromJson(in.Find("ttl"));
  table.settings_stamp = IntOf(in, "stamp");
  table.settings_region = in.GetString("stampRegion");
  return {};
}

std::string EncodeTable(const Table& table) {
  Object out{{"format", kFormat},
             {"identity", SharedIdentity(table)},
             {"settings", SharedSettings(table)}};
  WriteLocalMembers(table, out);
  return json::Write(out);
}

Result<Table> DecodeTable(std::string_view bytes) {
  const auto parsed = json::Parse(bytes);
  if (!parsed || IntOf(*parsed, "format") != kFormat) {
    return Error{ErrorCode::kCorrupt, "table: not a catalog entry of a known format"};
  }
  Table table;
  if (auto s = ApplySharedIdentity(table, ObjectOf(*parsed, "identity")); !s) return s.error();
  if (auto s = ApplySharedSettings(table, ObjectOf(*parsed, "settings")); !s) return s.error();
  ReadLocalMembers(*parsed, table);
  return table;
}

}  // namespace lifeboat::dynamodb
