// DescribeTable and ListTables.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"

namespace lifeboat::dynamodb {
namespace {

constexpr Member kMembers[] = {{"TableName", &shapes::kTableName, Need::kParameter}};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "DescribeTableInput", .members = kMembers};

void Describe(Core& core, const json::Value& request, Respond respond) {
  const LiveTable* live = core.catalog.Find(request.GetString("TableName"));
  if (!live) return respond(errors::TableNotFound(TableNameIn(request)));
  const TableStatus status = live->deleting ? TableStatus::kDeleting : live->table().status;
  respond(Wrap("Table", DescribeTable(core, live->table(), live->stats, status)));
}

}  // namespace

const Operation kDescribeTable{"DescribeTable", Operation::Access::kControl, kRequest, Describe};

}  // namespace lifeboat::dynamodb
