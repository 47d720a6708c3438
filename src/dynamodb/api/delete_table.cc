// DeleteTable. The answer says DELETING; by then the table is gone.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"
#include "dynamodb/replicas.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsResult;

constexpr Member kMembers[] = {{"TableName", &shapes::kTableName, Need::kParameter}};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "DeleteTableInput", .members = kMembers};

void DeleteTable(Core& core, const json::Value& request, Respond respond) {
  const std::string name = TableNameIn(request);
  RemoveTable(
      core, name, errors::TableNotFound(name),
      [&core](const LiveTable& live, storage::WriteBatch& also) -> AwsResult<void> {
        const Table& table = live.table();
        if (table.joining) return errors::TableIsBeing("created", table.name);
        if (table.deletion_protected) return errors::DeletionProtected();
        return core.replicas->Leave(table, also);
      },
      [&core, respond = std::move(respond)](AwsResult<LiveTable> removed) {
        if (!removed) return respond(removed.error());
        respond(Wrap("TableDescription", DescribeDeleted(core, removed->table(), removed->stats)));
      });
}

}  // namespace

const Operation kDeleteTable{"DeleteTable", Operation::Access::kControl, kRequest, DeleteTable};

}  // namespace lifeboat::dynamodb
