// Invoke: RequestResponse waits for the answer, Event is accepted and run apart, DryRun only
// checks.
#include "base/bytes.h"
#include "lambda/api/operations.h"
#include "lambda/errors.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

http::Response RenderResult(InvokeResult result, bool with_log) {
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("x-amzn-RequestId", std::move(result.request_id));
  response.headers.Add("X-Amz-Executed-Version", std::string(kLatest));
  if (!result.function_error.empty()) {
    response.headers.Add("X-Amz-Function-Error", std::move(result.function_error));
  }
  if (with_log) response.headers.Add("X-Amz-Log-Result", Base64Encode(result.log_tail));
  response.body = std::move(result.payload);
  return response;
}

http::AwsResult<InvokeRequest> ReadInvoke(const http::Request& request, size_t limit) {
  if (request.body.size() > limit) return PayloadTooLarge(request.body.size(), limit);
  if (!request.body.empty()) {
    const Result<json::Value> payload = json::Parse(request.body);
    if (!payload.ok()) return UnparsablePayload(payload.error().message);
  }
  InvokeRequest invoke;
  invoke.payload = request.body;
  invoke.trace_id = request.headers.Get("X-Amzn-Trace-Id");
  if (const std::string* context = request.headers.Find("X-Amz-Client-Context")) {
    const auto decoded = Base64Decode(*context);
    if (!decoded) return UnparsableRequest("Client context must be a valid Base64-encoded JSON.");
    invoke.client_context = *decoded;
  }
  return invoke;
}

}  // namespace

void InvokeFunction(Core& core, const Call& call, Answer answer) {
  auto found = core.Find(call.name);
  const std::string qualifier(call.query.Get("Qualifier"));
  if (found.ok() && !qualifier.empty() && qualifier != kLatest) {
    found = FunctionNotFound(core.home().Arn((*found)->name) + ":" + qualifier);
  }
  if (!found.ok()) return answer(found.error());
  const std::string_view given = call.request.headers.Get("X-Amz-Invocation-Type");
  const std::string_view type = given.empty() ? "RequestResponse" : given;
  if (type == "DryRun") return answer(EmptyResponse(204));
  const bool event = type == "Event";
  if (!event && type != "RequestResponse") {
    return answer(ConstraintViolation(
        type, "invocationType",
        "Member must satisfy enum value set: [Event, RequestResponse, DryRun]"));
  }
  auto invoke = ReadInvoke(call.request, event ? kMaxEventPayloadBytes : kMaxPayloadBytes);
  if (!invoke.ok()) return answer(invoke.error());
  if (event) {
    const bool accepted = core.RunEvent((*found)->name, std::move(*invoke));
    if (!accepted) return answer(TooManyRequests("CallerRateLimitExceeded"));
    return answer(EmptyResponse(202));
  }
  const bool with_log = call.request.headers.Get("X-Amz-Log-Type") == "Tail";
  core.Run(**found, std::move(*invoke), [answer, with_log](http::AwsResult<InvokeResult> result) {
    if (!result.ok()) return answer(result.error());
    answer(RenderResult(std::move(*result), with_log));
  });
}

}  // namespace lifeboat::lambda
