// GET /products?limit=&next=: a page of products. `next` in the answer is there when there are
// more.
#include <algorithm>
#include <cstdlib>

#include "event.h"
#include "handler.h"
#include "product.h"

namespace techmoda {
namespace {

constexpr int kDefaultLimit = 100;
constexpr int kMaxLimit = 500;
/// Pages of the table that one request may read: filtered items make them short.
constexpr int kMaxPages = 10;

nlohmann::json List(App& app, const nlohmann::json& event) {
  int limit = kDefaultLimit;
  if (const std::string text = QueryParameter(event, "limit"); !text.empty()) {
    limit = std::atoi(text.c_str());
    if (limit < 1 || limit > kMaxLimit) return ErrorAnswer(400, "limit must be 1 to 500.");
  }
  std::string after = QueryParameter(event, "next");
  nlohmann::json products = nlohmann::json::array();
  for (int page = 0; page < kMaxPages && static_cast<int>(products.size()) < limit; ++page) {
    nlohmann::json parameters{{"TableName", app.settings.table},
                              {"Limit", limit - static_cast<int>(products.size())},
                              {"FilterExpression", "attribute_not_exists(#canary)"},
                              {"ExpressionAttributeNames", {{"#canary", kCanaryAttribute}}}};
    if (!after.empty()) parameters["ExclusiveStartKey"] = {{"id", {{"S", after}}}};
    const DynamoResult result = app.dynamo.Call("Scan", parameters);
    if (!result.ok) return TableFailed("Scan", result);
    for (const auto& item : result.answer->value("Items", nlohmann::json::array())) {
      products.push_back(FromItem(item));
    }
    const auto last = result.answer->find("LastEvaluatedKey");
    after = last == result.answer->end() ? "" : FromItem(*last).value("id", "");
    if (after.empty()) break;
  }
  nlohmann::json body{{"products", std::move(products)}};
  if (!after.empty()) body["next"] = after;
  return Answer(200, body);
}

}  // namespace
}  // namespace techmoda

int main() { return techmoda::RunFunction(techmoda::List); }
