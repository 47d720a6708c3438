#include "world/fault_file.h"

#include "fault/table_json.h"
#include "net/files.h"

namespace lifeboat::world {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

std::string PathIn(const std::string& folder) { return folder + "/faults.json"; }

}  // namespace

Status SaveFaults(const std::string& folder, const fault::Table& faults, Instant now) {
  return net::WriteFileAtomically(PathIn(folder), json::Write(fault::TableToJson(faults, now)));
}

Result<fault::Table> LoadFaults(const std::string& folder, Instant now) {
  const auto text = net::ReadFile(PathIn(folder), kMaxBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return fault::Table();
    return text.error();
  }
  const auto list = json::Parse(*text);
  auto table = fault::TableFromJson(list ? *list : json::Value(), now);
  if (!table) return Error{ErrorCode::kCorrupt, PathIn(folder) + ": " + table.error().message};
  return table;
}

}  // namespace lifeboat::world
