// The whole order API as one function. Every request but the health check needs the header
// x-api-key with the key that the stack was given.
//
//   POST /orders          makes an order and its id
//   GET /orders/{id}
//   PUT /orders/{id}      needs the version that was read; 409 when it is not the present one
//   DELETE /orders/{id}
//   GET /health           reads the table
#include "clock.h"
#include "environment.h"
#include "event.h"
#include "handler.h"
#include "order.h"
#include "uuid.h"

namespace {

using nlohmann::json;
using techmoda::Answer;
using techmoda::App;
using techmoda::DynamoResult;
using techmoda::ErrorAnswer;
using techmoda::TableFailed;

std::string Now() { return techmoda::FormatMillis(techmoda::NowMillis()); }

/// A transaction of ours fails as a whole; the only condition in it is the one on the order.
bool ConditionFailed(const DynamoResult& result) {
  return result.error == "TransactionCanceledException" &&
         result.message.find("ConditionalCheckFailed") != std::string::npos;
}

json Create(App& app, const json& body) {
  const orders::OrderFields fields = orders::ReadOrder(body);
  if (!fields.problem.empty()) return ErrorAnswer(400, fields.problem);
  const std::string id = techmoda::NewUuid();
  const DynamoResult result = app.dynamo.Call(
      "TransactWriteItems", orders::MakeCreate(app.settings.table, id, fields, Now()));
  // A repeat after an attempt that was executed finds our own order.
  if (result.ok || (ConditionFailed(result) && result.maybe_executed_before))
    return Answer(201, orders::Show(id, fields, 1));
  return TableFailed("TransactWriteItems", result);
}

json Get(App& app, const std::string& id) {
  const DynamoResult result = app.dynamo.Call("GetItem", orders::MakeRead(app.settings.table, id));
  if (!result.ok) return TableFailed("GetItem", result);
  if (!result.answer->contains("Item")) return ErrorAnswer(404, "There is no such order.");
  return Answer(200, orders::ShowItem(id, (*result.answer)["Item"]));
}

json Change(App& app, const std::string& id, const json& body) {
  const orders::OrderFields fields = orders::ReadOrder(body);
  if (!fields.problem.empty()) return ErrorAnswer(400, fields.problem);
  if (fields.version == 0) return ErrorAnswer(400, "version is required: the one that was read.");
  const DynamoResult result = app.dynamo.Call(
      "TransactWriteItems", orders::MakeChange(app.settings.table, id, fields, Now()));
  if (result.ok) return Answer(200, orders::Show(id, fields, fields.version + 1));
  if (!ConditionFailed(result)) return TableFailed("TransactWriteItems", result);
  const json now = Get(app, id);
  return now["statusCode"] == 200
             ? ErrorAnswer(409, "Somebody else has changed this order. Read it again.")
             : now;
}

json Remove(App& app, const std::string& id) {
  const DynamoResult result =
      app.dynamo.Call("TransactWriteItems", orders::MakeRemoval(app.settings.table, id, Now()));
  if (result.ok) return Answer(200, {{"removed", id}});
  if (ConditionFailed(result)) return ErrorAnswer(404, "There is no such order.");
  return TableFailed("TransactWriteItems", result);
}

json Health(App& app) {
  const DynamoResult result =
      app.dynamo.Call("GetItem", orders::MakeRead(app.settings.table, "health"));
  if (!result.ok) return TableFailed("GetItem", result);
  return Answer(200, {{"status", "healthy"}, {"region", app.settings.region}});
}

/// Header names come as the client wrote them.
std::string Header(const json& event, const std::string& name) {
  const auto headers = event.find("headers");
  if (headers == event.end() || !headers->is_object()) return {};
  for (const auto& [key, value] : headers->items()) {
    std::string lower = key;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (lower == name && value.is_string()) return value.get<std::string>();
  }
  return {};
}

json Handle(App& app, const json& event) {
  const std::string method = event.value("httpMethod", "");
  if (event.value("resource", "") == "/health") return Health(app);
  const std::string key = techmoda::Env("API_KEY");
  if (key.empty() || Header(event, "x-api-key") != key)
    return ErrorAnswer(403, "The header x-api-key is missing or wrong.");
  const std::string id = techmoda::PathParameter(event, "id");
  if (method != "POST" && !orders::IsOrderId(id))
    return ErrorAnswer(404, "There is no such order.");
  if (method == "GET") return Get(app, id);
  if (method == "DELETE") return Remove(app, id);
  const auto body = techmoda::BodyObject(event);
  if (!body) return ErrorAnswer(400, "The body must be a JSON object.");
  return method == "POST" ? Create(app, *body) : Change(app, id, *body);
}

}  // namespace

int main() { return techmoda::RunFunction(Handle); }
