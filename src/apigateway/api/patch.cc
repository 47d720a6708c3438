#include "apigateway/api/patch.h"

#include "apigateway/errors.h"

namespace lifeboat::apigateway {

std::string PatchOperation::Rest(std::string_view prefix) const {
  if (!path.starts_with(prefix)) return {};
  std::string out;
  for (size_t i = prefix.size(); i < path.size(); ++i) {
    if (path[i] == '~' && i + 1 < path.size() && (path[i + 1] == '0' || path[i + 1] == '1')) {
      out.push_back(path[++i] == '1' ? '/' : '~');
    } else {
      out.push_back(path[i]);
    }
  }
  return out;
}

http::AwsResult<std::vector<PatchOperation>> ReadPatch(const json::Value& body) {
  std::vector<PatchOperation> operations;
  const json::Value* list = body.Find("patchOperations");
  if (!list || !list->is_array()) return BadRequest("Invalid patch specified");
  for (const json::Value& entry : list->as_array()) {
    PatchOperation operation{entry.GetString("op"), entry.GetString("path"),
                             entry.GetString("value")};
    if (operation.op != "add" && operation.op != "remove" && operation.op != "replace") {
      return BadRequest(
          "Invalid patch operation specified. Must be one of: [add, remove, replace]");
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

}  // namespace lifeboat::apigateway
