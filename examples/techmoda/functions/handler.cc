#include "handler.h"

#include <cstdio>

#include "event.h"
#include "runtime.h"

namespace techmoda {

nlohmann::json TableFailed(const std::string& operation, const DynamoResult& result) {
  std::fprintf(stderr, "ERROR %s: %s: %s\n", operation.c_str(), result.error.c_str(),
               result.message.c_str());
  return ErrorAnswer(503, "The product table does not answer at the moment. Try again later.");
}

int RunFunction(
    const std::function<nlohmann::json(App& app, const nlohmann::json& event)>& handle) {
  App app{ReadSettings(), {}};
  if (app.settings.table.empty()) return FailInit("TABLE_NAME is not set.");
  return ServeInvocations([&](const nlohmann::json& event) { return handle(app, event); });
}

}  // namespace techmoda
