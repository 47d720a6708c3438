// CreateTable. The answer says CREATING; the table is ACTIVE as soon as its entry is durable,
// which is before the answer goes out.
#include "base/ids.h"
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"
#include "dynamodb/api/tags.h"
#include "dynamodb/replicas.h"
#include "dynamodb/schema_request.h"
#include "dynamodb/table_rules.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr size_t kMaxTables = 2500;
/// Named by AWS's API, not done here.
constexpr std::string_view kNotSupported[] = {"ResourcePolicy", "GlobalTableSourceArn",
                                              "GlobalTableSettingsReplicationMode",
                                              "DisassociationProtectionEnabled", "VectorIndexes"};

constexpr Member kMembers[] = {
    {"AttributeDefinitions", &shapes::kAttributeDefinitions, Need::kNotNull},
    {"TableName", &shapes::kNewTableName, Need::kParameter},
    {"BillingMode", &shapes::kBillingMode},
    {"ProvisionedThroughput", &shapes::kProvisionedThroughput},
    {"KeySchema", &shapes::kKeySchema, Need::kNotNull},
    {"GlobalSecondaryIndexes", &shapes::kGlobalIndexes},
    {"LocalSecondaryIndexes", &shapes::kLocalIndexes},
    {"StreamSpecification", &shapes::kStreamSpecification},
    {"SSESpecification", &shapes::kSseSpecification},
    {"TableClass", &shapes::kTableClass},
    {"DeletionProtectionEnabled", &shapes::kBoolean},
    {"OnDemandThroughput", &shapes::kOnDemandThroughput},
    {"WarmThroughput", &shapes::kWarmThroughput},
    {"Tags", &shapes::kTags},
    {"ResourcePolicy", &shapes::kString},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "CreateTableInput", .members = kMembers};

AwsResult<void> ReadStream(const json::Value& request, WallTime now, Table& table) {
  const json::Value* stream = Present(request, "StreamSpecification");
  if (!stream) return {};
  const std::string& view_type = stream->GetString("StreamViewType");
  if (!stream->Find("StreamEnabled")->as_bool()) {
    if (view_type.empty()) return {};
    return errors::InvalidParameterValues(
        "Table is being created with a stream disabled, UpdateViewType should not be "
        "specified");
  }
  if (view_type.empty()) {
    return errors::InvalidParameterValues(
        "Table is being created with a stream enabled, UpdateViewType is required");
  }
  EnableStream(table, view_type, now, 0);
  return {};
}

AwsResult<Table> ReadTable(Core& core, const json::Value& request) {
  for (const std::string_view name : kNotSupported) {
    if (Present(request, name)) return errors::NotSupportedHere(name);
  }
  Table table;
  table.name = request.GetString("TableName");
  table.created_at = core.now();
  if (auto r = ReadBilling(request, table.created_at, table); !r) return r.error();
  if (auto r = ReadSchema(request, table); !r) return r.error();
  if (auto c = CheckSettings(request, table.pay_per_request); !c) return c.error();
  if (auto r = ReadStream(request, table.created_at, table); !r) return r.error();
  ReadSettings(request, core.options.region, core.options.account, table);
  if (const json::Value* tags = Present(request, "Tags")) {
    if (auto r = AddTags(tags->as_array(), table.tags); !r) return r.error();
  }
  return table;
}

storage::TableId NewTableId(Core& core) {
  for (;;) {
    // The highest bit stays free, so that every prefix has an end.
    const storage::TableId id{core.d.prng.Next() >> 1};
    if (id.value != 0 && !core.catalog.Find(id)) return id;
  }
}

void CreateTable(Core& core, const json::Value& request, Respond respond) {
  auto read = ReadTable(core, request);
  if (!read) return respond(read.error());
  const std::string name = read->name;
  CreateTableEntry(
      core, name,
      [&core, table = *std::move(read)](storage::WriteBatch&) -> AwsResult<Table> {
        if (core.catalog.Find(table.name)) return errors::TableAlreadyExists(table.name);
        if (core.catalog.tables().size() >= kMaxTables) return errors::TooManyTables();
        Table made = table;
        made.id = NewTableId(core);
        made.uuid = NewUuid(core.d.prng);
        return made;
      },
      [&core, respond = std::move(respond)](AwsResult<const LiveTable*> made) {
        if (!made) return respond(made.error());
        respond(Wrap("TableDescription",
                     DescribeTable(core, (*made)->table(), {}, TableStatus::kCreating)));
      });
}

}  // namespace

const Operation kCreateTable{"CreateTable", Operation::Access::kControl, kRequest, CreateTable};

}  // namespace lifeboat::dynamodb
