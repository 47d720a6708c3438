#include "dynamodb/protocol.h"

#include "base/bytes.h"
#include "base/ids.h"
#include "dynamodb/core.h"
#include "dynamodb/errors.h"
#include "dynamodb/table_arn.h"
#include "http/content_coding.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using http::ContentCoding;
using http::Request;
using http::Response;

constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kUnknownBody = "<UnknownOperationException/>\n";
constexpr const char* kCorsMaxAge = "172800";
constexpr const char* kCorsExposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

/// What of a request its answer depends on.
struct Manners {
  std::string_view content_type;  ///< One of the two constants.
  ContentCoding coding = ContentCoding::kIdentity;
  bool cors = false;
};

/// Adds what every answer carries.
Response Finish(Core& core, const Manners& manners, Response response) {
  if (manners.coding != ContentCoding::kIdentity && response.body.size() > kCompressAboveBytes) {
    response.body = http::Encode(manners.coding, response.body);
    response.headers.Add("Content-Encoding", std::string(http::Name(manners.coding)));
  }
  response.headers.Add("x-amzn-RequestId", NewRequestId(core.d.prng));
  // Of the body as it is sent, compressed or not.
  response.headers.Add("x-amz-crc32", std::to_string(Crc32(response.body)));
  if (manners.cors) {
    response.headers.Add("Access-Control-Allow-Origin", "*");
    response.headers.Add("Access-Control-Expose-Headers", kCorsExposed);
  }
  return response;
}

// The content type to answer with, or empty when the request's is not one that we read.
std::string_view ContentTypeOf(const Request& request) {
  const std::string_view sent = request.headers.Get("Content-Type");
  const std::string_view type = Trim(sent.substr(0, sent.find(';')));
  if (type == kJson10) return kJson10;
  return type == kJson ? kJson : std::string_view();
}

Manners MannersOf(const Request& request) {
  Manners manners;
  manners.content_type = ContentTypeOf(request) == kJson10 ? kJson10 : kJson;
  if (const std::string* accepted = request.headers.Find("Accept-Encoding")) {
    manners.coding = http::ChooseCoding(*accepted);
  }
  manners.cors = request.headers.Find("Origin") != nullptr;
  return manners;
}

Response PlainAnswer(int status, std::string body = "") {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response Preflight(const Request& request) {
  Response response;
  if (const auto* headers = request.headers.Find("Access-Control-Request-Headers")) {
    response.headers.Add("Access-Control-Allow-Headers", *headers);
  }
  if (const auto* method = request.headers.Find("Access-Control-Request-Method")) {
    response.headers.Add("Access-Control-Allow-Methods", *method);
  }
  response.headers.Add("Access-Control-Max-Age", kCorsMaxAge);
  return response;
}

Response Healthy(const Core& core) {
  Response response;
  response.headers.Add("Content-Type", "text/plain");
  response.body = "healthy: dynamodb." + core.options.region + ".amazonaws.com ";
  return response;
}

bool AsksForHealth(const Request& request) {
  const std::string_view path = http::SplitTarget(request.target).path;
  return request.method == "GET" && (path == "/" || path == "/ping");
}

// Requests that are answered before anything in them is read.
std::optional<Response> AnswerEarly(const Core& core, const Request& request) {
  if (request.body.size() > kMaxRequestBytes) return PlainAnswer(413);
  if (request.method == "POST" && (request.body.empty() || !ContentTypeOf(request).empty())) {
    return std::nullopt;
  }
  if (request.method == "OPTIONS" && request.headers.Find("Origin")) return Preflight(request);
  if (AsksForHealth(request)) return Healthy(core);
  return PlainAnswer(404, std::string(kUnknownBody));
}

// Undoes the coding of the body; an answer when that cannot be done. AWS calls it its own failure.
std::optional<Response> DecodeBody(const Request& request, std::string_view name,
                                   const Manners& manners, std::string& decoded) {
  const auto coding = http::FindContentCoding(name);
  if (!coding) return Render(errors::InternalServerError(), manners.content_type);
  auto content = http::Decode(*coding, request.body, kMaxRequestBytes);
  if (content) {
    decoded = *std::move(content);
    return std::nullopt;
  }
  if (content.error().code == ErrorCode::kLimit) return PlainAnswer(413);
  return Render(errors::InternalServerError(), manners.content_type);
}

Response RenderResult(AwsResult<std::string> result, std::string_view content_type) {
  if (!result) return Render(result.error(), content_type);
  Response response;
  response.headers.Add("Content-Type", std::string(content_type));
  response.body = *std::move(result);
  return response;
}

/// The operation of an authentic request, with its arguments.
struct Call {
  const Operation* operation;
  json::Value arguments;
};

AwsResult<Call> ReadCall(const Core& core, const Request& request, std::string_view body,
                         const Authenticate& authenticate) {
  auto parsed = json::Parse(body);
  if (!body.empty() && !parsed) return errors::Serialization("");
  const std::string_view target = request.headers.Get("X-Amz-Target");
  const Operation* operation = FindOperation(target);
  // A target without a dot names no operation of any service, and AWS gives it no message.
  const size_t dot = target.rfind('.');
  if (!operation)
    return errors::UnknownOperation(dot == target.npos ? std::string_view()
                                                       : target.substr(dot + 1));
  if (const auto who = authenticate(request); !who) return who.error();
  if (!parsed) return errors::Serialization("");
  if (auto checked = CheckRequest(operation->request, *parsed); !checked) return checked.error();
  const TableOwner owner{core.options.region, core.options.account, operation->name};
  if (auto c = CheckTableArns(operation->request, *parsed, owner); !c) return c.error();
  return Call{operation, *std::move(parsed)};
}

}  // namespace

void HandleRequest(Core& core, const Request& request, const Authenticate& authenticate,
                   http::Reply reply) {
  const Manners manners = MannersOf(request);
  const std::string* coding = request.headers.Find("Content-Encoding");
  std::string decoded;
  auto early = AnswerEarly(core, request);
  if (!early && coding) early = DecodeBody(request, *coding, manners, decoded);
  if (early) return reply(Finish(core, manners, *std::move(early)));

  Respond respond = [&core, reply = std::move(reply), manners](AwsResult<std::string> result) {
    reply(Finish(core, manners, RenderResult(std::move(result), manners.content_type)));
  };
  auto call = ReadCall(core, request, coding ? decoded : request.body, authenticate);
  if (!call) return respond(call.error());
  call->operation->handle(core, call->arguments, std::move(respond));
}

}  // namespace lifeboat::dynamodb
