#include "lambda/runtime_api.h"

#include "base/bytes.h"
#include "json/value.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

constexpr std::string_view kPrefix = "/2018-06-01/runtime/";
constexpr std::string_view kInvocation = "invocation/";

http::Response Json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

http::Response RuntimeError(int status, std::string_view type, std::string_view message) {
  return Json(status, json::Write(json::Object{{"errorMessage", message}, {"errorType", type}}));
}

}  // namespace

RuntimeRequest ParseRuntimeRequest(const http::Request& request) {
  using Kind = RuntimeRequest::Kind;
  std::string_view path = http::SplitTarget(request.target).path;
  if (!path.starts_with(kPrefix)) return {};
  path.remove_prefix(kPrefix.size());
  if (request.method == "GET") {
    return path == "invocation/next" ? RuntimeRequest{Kind::kNext, {}} : RuntimeRequest{};
  }
  if (request.method != "POST") return {};
  if (path == "init/error") return {Kind::kInitError, {}};
  if (!path.starts_with(kInvocation)) return {};
  path.remove_prefix(kInvocation.size());
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view what = path.substr(slash + 1);
  const std::string id(path.substr(0, slash));
  if (what == "response") return {Kind::kResponse, id};
  if (what == "error") return {Kind::kError, id};
  return {};
}

std::optional<std::string> FailureOf(const http::Request& response) {
  const std::string* type = response.trailers.Find("Lambda-Runtime-Function-Error-Type");
  if (!type) return std::nullopt;
  auto body = Base64Decode(response.trailers.Get("Lambda-Runtime-Function-Error-Body"));
  if (body && !body->empty()) return std::move(*body);
  return json::Write(json::Object{{"errorType", *type}});
}

http::Response RenderNext(NextInvocation invocation) {
  http::Response response = Json(200, std::move(invocation.payload));
  http::Headers& headers = response.headers;
  headers.Add("Lambda-Runtime-Aws-Request-Id", std::move(invocation.request_id));
  headers.Add("Lambda-Runtime-Deadline-Ms", std::to_string(invocation.deadline.millis()));
  headers.Add("Lambda-Runtime-Invoked-Function-Arn", std::move(invocation.function_arn));
  headers.Add("Lambda-Runtime-Trace-Id", std::move(invocation.trace_id));
  if (!invocation.client_context.empty()) {
    headers.Add("Lambda-Runtime-Client-Context", std::move(invocation.client_context));
  }
  return response;
}

http::Response RenderRuntimeAccepted() { return Json(202, "{\"status\":\"OK\"}\n"); }

http::Response RenderUnknownRequest() {
  return RuntimeError(400, "InvalidRequestID", "Invalid request ID");
}

http::Response RenderStateTransition() {
  return RuntimeError(403, "InvalidStateTransition", "State transition is not allowed");
}

http::Response RenderTooLarge(size_t size) {
  return RuntimeError(413, "RequestEntityTooLarge",
                      fmt::format("Exceeded maximum allowed payload size ({} bytes), got {}.",
                                  kMaxResponseBytes, size));
}

http::Response RenderRuntimeNotFound() { return RuntimeError(404, "NotFound", "No such call"); }

}  // namespace lifeboat::lambda
