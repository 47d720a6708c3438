#include "apigateway/mock.h"

#include "apigateway/header_field.h"
#include "base/bytes.h"
#include "json/value.h"

namespace lifeboat::apigateway {
namespace {

constexpr const char* kJson = "application/json";

/// The request template of a mock says which status is meant: `{"statusCode": 200}`.
std::string WantedStatus(const Integration& integration) {
  const auto text = integration.request_templates.find(kJson);
  if (text == integration.request_templates.end()) return "200";
  const Result<json::Value> wanted = json::Parse(text->second);
  const json::Value* status = wanted.ok() ? wanted->Find("statusCode") : nullptr;
  return status ? std::to_string(status->as_int()) : "200";
}

}  // namespace

std::optional<http::Response> AnswerMock(const Integration& integration) {
  auto found = integration.responses.find(WantedStatus(integration));
  if (found == integration.responses.end()) found = integration.responses.find("default");
  if (found == integration.responses.end()) return std::nullopt;
  const IntegrationResponse& definition = found->second;
  const auto status = ParseUint(definition.status_code);
  if (!status || *status < 100 || *status > 599) return std::nullopt;
  http::Response response;
  response.status = static_cast<int>(*status);
  response.headers.Add("Content-Type", kJson);
  for (const auto& [name, quoted] : definition.parameters) {
    if (!name.starts_with(kHeaderParameter) || quoted.size() < 2) continue;
    response.headers.Set(name.substr(kHeaderParameter.size()),
                         CleanHeaderValue(quoted.substr(1, quoted.size() - 2)));
  }
  const auto body = definition.templates.find(kJson);
  if (body != definition.templates.end()) response.body = body->second;
  return response;
}

}  // namespace lifeboat::apigateway
