// GET /products/{id}. The read is consistent, so that a client finds what it has just written.
#include "event.h"
#include "handler.h"
#include "product.h"

namespace techmoda {
namespace {

nlohmann::json Get(App& app, const nlohmann::json& event) {
  const std::string id = PathParameter(event, "id");
  if (!IsProductId(id)) return ErrorAnswer(404, "There is no such product.");
  const DynamoResult result = app.dynamo.Call("GetItem", {{"TableName", app.settings.table},
                                                          {"Key", {{"id", {{"S", id}}}}},
                                                          {"ConsistentRead", true}});
  if (!result.ok) return TableFailed("GetItem", result);
  const auto item = result.answer->find("Item");
  if (item == result.answer->end()) return ErrorAnswer(404, "There is no such product.");
  return Answer(200, FromItem(*item));
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::Get); }
