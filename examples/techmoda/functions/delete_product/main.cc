// DELETE /products/{id}.
#include "event.h"
#include "handler.h"
#include "product.h"

namespace techmoda {
namespace {

nlohmann::json Delete(App& app, const nlohmann::json& event) {
  const std::string id = PathParameter(event, "id");
  if (!IsProductId(id)) return ErrorAnswer(404, "There is no such product.");
  const DynamoResult result =
      app.dynamo.Call("DeleteItem", {{"TableName", app.settings.table},
                                     {"Key", {{"id", {{"S", id}}}}},
                                     {"ConditionExpression", "attribute_exists(#id)"},
                                     {"ExpressionAttributeNames", {{"#id", "id"}}},
                                     {"ReturnValues", "ALL_OLD"}});
  if (result.ok) {
    return Answer(200, {{"message", "The product is deleted."},
                        {"product", FromItem((*result.answer)["Attributes"])}});
  }
  // When an attempt before may have been executed, the product may have been there until then.
  if (result.condition_failed() && !result.maybe_executed_before) {
    return ErrorAnswer(404, "There is no such product.");
  }
  return TableFailed("DeleteItem", result);
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::Delete); }
