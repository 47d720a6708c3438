#include "dynamodb_client.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "environment.h"

namespace techmoda {
namespace {

Endpoint FindEndpoint() {
  Endpoint endpoint;
  const std::string general = Env("AWS_ENDPOINT_URL");
  const std::string url = Env("AWS_ENDPOINT_URL_DYNAMODB", general);
  if (!url.empty() && Endpoint::Parse(url, endpoint)) return endpoint;
  return {true, "dynamodb." + Env("AWS_REGION", "us-east-1") + ".amazonaws.com", 443};
}

/// `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException` without what stands before `#`.
std::string ShortName(const std::string& type) { return type.substr(type.find('#') + 1); }

bool IsThrottle(const std::string& error) {
  return error == "ProvisionedThroughputExceededException" || error == "ThrottlingException" ||
         error == "RequestLimitExceeded";
}

}  // namespace

DynamoResult::DynamoResult() : answer(std::make_unique<nlohmann::json>()) {}
DynamoResult::DynamoResult(DynamoResult&&) noexcept = default;
DynamoResult& DynamoResult::operator=(DynamoResult&&) noexcept = default;
DynamoResult::~DynamoResult() = default;

DynamoClient::DynamoClient()
    : region_(Env("AWS_REGION", "us-east-1")),
      credentials_{Env("AWS_ACCESS_KEY_ID"), Env("AWS_SECRET_ACCESS_KEY"),
                   Env("AWS_SESSION_TOKEN")},
      http_(FindEndpoint()) {
  // The resolver's own patience is longer than ours. It reads this when it is first used.
  setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);
}

DynamoResult DynamoClient::Call(const std::string& operation, const nlohmann::json& parameters,
                                std::chrono::milliseconds budget, int attempts) {
  const Deadline end = SteadyClock::now() + budget;
  const std::string body = parameters.dump();
  bool maybe_executed = false;
  while (true) {
    bool again = false;
    DynamoResult result = TryOnce(operation, body, end, again);
    const bool this_one = result.maybe_executed_before;
    result.maybe_executed_before = maybe_executed;
    maybe_executed = maybe_executed || this_one;
    if (!again || --attempts <= 0 || SteadyClock::now() >= end) {
      result.maybe_executed_before = maybe_executed;
      return result;
    }
  }
}

DynamoResult DynamoClient::TryOnce(const std::string& operation, const std::string& body,
                                   Deadline by, bool& again) {
  HttpRequest request{"POST",
                      "/",
                      {{"Content-Type", "application/x-amz-json-1.0"},
                       {"X-Amz-Target", "DynamoDB_20120810." + operation}},
                      body};
  Sign(request, http_.endpoint().HostHeader(), credentials_, region_, "dynamodb",
       AmzDate(NowMillis()));
  const Deadline now = SteadyClock::now();
  const HttpAnswer http =
      http_.Send(request, now + kConnectTimeout, std::min(by, now + kRequestTimeout));
  DynamoResult result;
  result.maybe_executed_before = http.maybe_executed;
  if (http.status == 0) {
    result.error = "Unreachable";
    result.message = http.error;
    again = true;
    return result;
  }
  *result.answer = nlohmann::json::parse(http.body, nullptr, false);
  if (!result.answer->is_object()) *result.answer = nlohmann::json::object();
  result.ok = http.status == 200;
  if (result.ok) return result;
  result.error = ShortName(result.answer->value("__type", "HTTP " + std::to_string(http.status)));
  result.message = result.answer->value("message", result.answer->value("Message", ""));
  // A server that fails may have done the work before.
  result.maybe_executed_before = http.status >= 500;
  again = http.status >= 500 || IsThrottle(result.error);
  return result;
}

}  // namespace techmoda
