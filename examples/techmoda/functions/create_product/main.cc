// POST /products. A client that chooses the id can repeat the request safely: the second one gets
// 409 instead of making another product.
#include "clock.h"
#include "event.h"
#include "handler.h"
#include "product.h"
#include "uuid.h"

namespace techmoda {
namespace {

nlohmann::json Create(App& app, const nlohmann::json& event) {
  const auto body = BodyObject(event);
  if (!body) return ErrorAnswer(400, "The body must be a JSON object.");
  const ProductFields fields = ReadNewProduct(*body);
  if (!fields.problem.empty()) return ErrorAnswer(400, fields.problem);
  nlohmann::json product = fields.values;
  if (!product.contains("id")) product["id"] = NewUuid();
  product["createdAt"] = product["updatedAt"] = FormatMillis(NowMillis());
  const DynamoResult result =
      app.dynamo.Call("PutItem", {{"TableName", app.settings.table},
                                  {"Item", ToItem(product)},
                                  {"ConditionExpression", "attribute_not_exists(#id)"},
                                  {"ExpressionAttributeNames", {{"#id", "id"}}}});
  if (result.ok) return Answer(201, product);
  // When an attempt before may have been executed, the product that exists may be ours.
  if (result.condition_failed() && !result.maybe_executed_before) {
    return ErrorAnswer(409, "There is a product with this id already.");
  }
  return TableFailed("PutItem", result);
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::Create); }
