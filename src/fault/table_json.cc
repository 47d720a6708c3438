#include "fault/table_json.h"

namespace lifeboat::fault {

json::Array TableToJson(const Table& table, Instant now) {
  json::Array list;
  for (const auto& [id, fault] : table.faults()) list.push_back(ToJson(fault, now));
  return list;
}

Result<Table> TableFromJson(const json::Value& list, Instant now) {
  if (!list.is_array()) return InvalidError("the faults are no JSON array");
  Table table;
  for (const json::Value& each : list.as_array()) {
    auto fault = FromJson(each, now);
    if (!fault) return fault.error();
    table.Inject(*std::move(fault));
  }
  return table;
}

}  // namespace lifeboat::fault
