// ListTables: names in order, a hundred a page at most.
#include "dynamodb/api/control_helpers.h"
#include "dynamodb/api/operations.h"
#include "dynamodb/api/table_shapes.h"

namespace lifeboat::dynamodb {
namespace {

constexpr int64_t kMaxPage = 100;
constexpr Shape kLimit{.kind = Shape::Kind::kInteger, .min = 1, .max = kMaxPage};
constexpr Member kMembers[] = {
    {"ExclusiveStartTableName", &shapes::kTableName},
    {"Limit", &kLimit},
};
constexpr Shape kRequest{
    .kind = Shape::Kind::kStructure, .name = "ListTablesInput", .members = kMembers};

void ListTables(Core& core, const json::Value& request, Respond respond) {
  const json::Value* limit = Present(request, "Limit");
  const size_t page = static_cast<size_t>(limit ? limit->as_int() : kMaxPage);
  const std::string& start = request.GetString("ExclusiveStartTableName");
  const auto& tables = core.catalog.tables();
  json::Array names;
  json::Object answer;
  for (auto it = start.empty() ? tables.begin() : tables.upper_bound(start); it != tables.end();
       ++it) {
    if (names.size() == page) {
      answer.Set("LastEvaluatedTableName", names.back());
      break;
    }
    names.push_back(it->first);
  }
  answer.Set("TableNames", std::move(names));
  respond(json::Write(answer));
}

}  // namespace

const Operation kListTables{"ListTables", Operation::Access::kControl, kRequest, ListTables};

}  // namespace lifeboat::dynamodb
