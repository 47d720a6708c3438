// PUT /products/{id}: changes the fields that are given.
#include "clock.h"
#include "event.h"
#include "handler.h"
#include "product.h"

namespace techmoda {
namespace {

nlohmann::json Update(App& app, const nlohmann::json& event) {
  const std::string id = PathParameter(event, "id");
  if (!IsProductId(id)) return ErrorAnswer(404, "There is no such product.");
  const auto body = BodyObject(event);
  if (!body) return ErrorAnswer(400, "The body must be a JSON object.");
  const ProductFields fields = ReadProductChanges(*body);
  if (!fields.problem.empty()) return ErrorAnswer(400, fields.problem);
  const DynamoResult result = app.dynamo.Call(
      "UpdateItem", MakeUpdate(app.settings.table, id, fields.values, FormatMillis(NowMillis())));
  if (result.ok) return Answer(200, FromItem((*result.answer)["Attributes"]));
  if (result.condition_failed() && body->contains("ifUpdatedAt"))
    return ErrorAnswer(409, "The product is gone or was changed meanwhile.");
  if (result.condition_failed()) return ErrorAnswer(404, "There is no such product.");
  return TableFailed("UpdateItem", result);
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::Update); }
