#include "dynamodb/protocol.h"

#include "base/bytes.h"
#include "base/ids.h"
#include "dynamodb/core.h"
#include "dynamodb/errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using http::Request;
using http::Response;

constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson = "application/json";
constexpr size_t kRequestIdLength = 52;
constexpr std::string_view kUnknownBody = "<UnknownOperationException/>\n";
constexpr std::string_view kCorsMaxAge = "172800";

void Finish(Core& core, Response& response) {
  response.headers.Set("x-amzn-RequestId", NewId(core.d.prng, kRequestIdLength, kUpperAlnum));
  response.headers.Set("x-amz-crc32", std::to_string(Crc32(response.body)));
}

// The content type to answer with, or empty when the request's is not one that we read.
std::string_view ContentTypeOf(const Request& request) {
  const std::string_view sent = request.headers.Get("Content-Type");
  const std::string_view type = Trim(sent.substr(0, sent.find(';')));
  if (type == kJson10) return kJson10;
  return type == kJson ? kJson : std::string_view();
}

Response NotAnOperation() {
  Response response;
  response.status = 404;
  response.body = kUnknownBody;
  return response;
}

Response Healthy(const Core& core) {
  Response response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = "healthy: dynamodb." + core.options.region + ".amazonaws.com ";
  return response;
}

void AddCors(const Request& request, Response& response) {
  response.headers.Set("Access-Control-Allow-Origin", "*");
  if (request.method != "OPTIONS") return;
  if (const auto* headers = request.headers.Find("Access-Control-Request-Headers")) {
    response.headers.Set("Access-Control-Allow-Headers", *headers);
  }
  if (const auto* method = request.headers.Find("Access-Control-Request-Method")) {
    response.headers.Set("Access-Control-Allow-Methods", *method);
  }
  response.headers.Set("Access-Control-Max-Age", std::string(kCorsMaxAge));
}

// Requests that are answered before any operation is looked for.
std::optional<Response> AnswerEarly(const Core& core, const Request& request) {
  if (request.body.size() > kMaxRequestBytes) {
    Response too_large;
    too_large.status = 413;
    return too_large;
  }
  if (request.method == "OPTIONS" && request.headers.Find("Origin")) return Response();
  if (request.method == "GET" && request.body.empty()) return Healthy(core);
  if (request.method != "POST" || (!request.body.empty() && ContentTypeOf(request).empty())) {
    return NotAnOperation();
  }
  return std::nullopt;
}

Response RenderResult(AwsResult<std::string> result, std::string_view content_type) {
  if (!result) return Render(result.error(), content_type);
  Response response;
  response.headers.Add("Content-Type", std::string(content_type));
  response.body = *std::move(result);
  return response;
}

}  // namespace

void HandleRequest(Core& core, const Request& request, http::Reply reply) {
  const bool cors = request.headers.Find("Origin") != nullptr;
  const auto send = [&core, reply = std::move(reply), cors,
                     cors_request = cors ? request : Request()](Response response) {
    Finish(core, response);
    if (cors) AddCors(cors_request, response);
    reply(std::move(response));
  };
  if (auto early = AnswerEarly(core, request)) return send(*std::move(early));

  const std::string content_type(ContentTypeOf(request).empty() ? kJson10 : ContentTypeOf(request));
  const auto respond = [send, content_type](AwsResult<std::string> result) {
    send(RenderResult(std::move(result), content_type));
  };
  const auto parsed = json::Parse(request.body);
  if (!request.body.empty() && !parsed) return respond(errors::Serialization(""));
  const Operation* operation = FindOperation(request.headers.Get("X-Amz-Target"));
  if (!operation) return respond(errors::UnknownOperation());
  if (!parsed) return respond(errors::Serialization(""));
  if (auto checked = CheckRequest(operation->request, *parsed); !checked) {
    return respond(checked.error());
  }
  operation->handle(core, *parsed, respond);
}

}  // namespace lifeboat::dynamodb
