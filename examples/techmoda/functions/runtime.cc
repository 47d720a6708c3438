#include "runtime.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "environment.h"
#include "http_client.h"

namespace techmoda {
namespace {

constexpr const char* kPrefix = "/2018-06-01/runtime/";

HttpClient RuntimeApi() {
  Endpoint endpoint;
  Endpoint::Parse("http://" + Env("AWS_LAMBDA_RUNTIME_API"), endpoint);
  return HttpClient(std::move(endpoint));
}

HttpAnswer Post(HttpClient& api, const std::string& path, const nlohmann::json& body,
                const char* error_type) {
  HttpRequest request{"POST",
                      kPrefix + path,
                      {{"Content-Type", "application/json"}},
                      body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
  if (error_type) request.headers.emplace_back("Lambda-Runtime-Function-Error-Type", error_type);
  return api.Send(request, kNoDeadline, kNoDeadline);
}

nlohmann::json ErrorBody(const std::string& message, const char* type) {
  return {{"errorMessage", message}, {"errorType", type}, {"stackTrace", nlohmann::json::array()}};
}

/// One invocation; false when the runtime API failed.
bool ServeOne(HttpClient& api, const Handler& handler) {
  const HttpAnswer next =
      api.Send({"GET", std::string(kPrefix) + "invocation/next", {}, {}}, kNoDeadline, kNoDeadline);
  if (next.status != 200) return false;
  const auto id = next.headers.find("lambda-runtime-aws-request-id");
  if (id == next.headers.end()) return false;
  if (const auto trace = next.headers.find("lambda-runtime-trace-id");
      trace != next.headers.end()) {
    setenv("_X_AMZN_TRACE_ID", trace->second.c_str(), 1);
  }
  const std::string base = "invocation/" + id->second;
  try {
    const nlohmann::json answer = handler(nlohmann::json::parse(next.body));
    return Post(api, base + "/response", answer, nullptr).status == 202;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ERROR %s: %s\n", id->second.c_str(), e.what());
    const nlohmann::json body = ErrorBody(e.what(), "Handler.Error");
    return Post(api, base + "/error", body, "Handler.Error").status == 202;
  }
}

}  // namespace

int ServeInvocations(const Handler& handler) {
  HttpClient api = RuntimeApi();
  while (ServeOne(api, handler)) {
  }
  std::fprintf(stderr, "ERROR the runtime API failed\n");
  return 1;
}

int FailInit(const std::string& message) {
  HttpClient api = RuntimeApi();
  Post(api, "init/error", ErrorBody(message, "Init.Settings"), "Init.Settings");
  return 1;
}

}  // namespace techmoda
