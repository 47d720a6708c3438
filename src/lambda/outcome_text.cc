#include "lambda/outcome_text.h"

#include "json/value.h"
#include "lambda/function_name.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

std::string ErrorBody(std::string_view type, std::string message) {
  return json::Write(json::Object{{"errorType", type}, {"errorMessage", std::move(message)}});
}

/// As Go's os/signal names them, which is what Lambda shows.
std::string SignalName(int number) {
  switch (number) {
    case 6:
      return "aborted";
    case 8:
      return "floating point exception";
    case 9:
      return "killed";
    case 11:
      return "segmentation fault";
    case 15:
      return "terminated";
    default:
      return "signal " + std::to_string(number);
  }
}

std::string ExitReason(const ProcessExit& exit) {
  if (exit.signalled) return "Runtime exited with error: signal: " + SignalName(exit.status);
  if (exit.status != 0)
    return fmt::format("Runtime exited with error: exit status {}", exit.status);
  return "Runtime exited without providing a reason";
}

}  // namespace

std::string PayloadOf(const Outcome& outcome, std::string_view request_id) {
  switch (outcome.kind) {
    case Outcome::Kind::kTimeout:
      return ErrorBody("Sandbox.Timedout",
                       fmt::format("RequestId: {} Error: Task timed out after {:.2f} seconds",
                                   request_id, outcome.timeout.seconds()));
    case Outcome::Kind::kExit:
      return ErrorBody("Runtime.ExitError", fmt::format("RequestId: {} Error: {}", request_id,
                                                        ExitReason(outcome.exit)));
    case Outcome::Kind::kTooLarge:
      return ErrorBody("Function.ResponseSizeTooLarge",
                       fmt::format("Response payload size exceeded maximum allowed payload size "
                                   "({} bytes).",
                                   kMaxResponseBytes));
    case Outcome::Kind::kResponse:
    case Outcome::Kind::kFunctionError:
    case Outcome::Kind::kRemoved:
      return outcome.payload;
  }
  return {};
}

std::string_view FunctionErrorOf(const Outcome& outcome) {
  return outcome.kind == Outcome::Kind::kResponse ? "" : "Unhandled";
}

InvokeResult InjectedResult(int status, std::string request_id) {
  constexpr int kFunctionFailed = 502;
  InvokeResult result;
  result.request_id = std::move(request_id);
  if (status == kFunctionFailed) {
    result.function_error = "Unhandled";
    result.payload =
        ErrorBody("Lifeboat.FaultInjected",
                  "RequestId: " + result.request_id + " Error: a fault has failed this invocation");
  } else {
    result.payload =
        json::Write(json::Object{{"statusCode", status},
                                 {"headers", json::Object{{"Content-Type", "application/json"}}},
                                 {"body", R"({"message":"A fault has failed this request"})"}});
  }
  return result;
}

std::string StartLine(std::string_view request_id) {
  return fmt::format("START RequestId: {} Version: {}", request_id, kLatest);
}

std::string EndLine(std::string_view request_id) {
  return fmt::format("END RequestId: {}", request_id);
}

std::string TimeoutLine(std::string_view request_id, WallTime now, Duration timeout) {
  return fmt::format("{} {} Task timed out after {:.2f} seconds", FormatIso8601Millis(now),
                     request_id, timeout.seconds());
}

std::string ReportLine(std::string_view request_id, const Outcome& outcome, int memory_mb) {
  const double ms = outcome.duration.seconds() * 1000;
  std::string line = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: "
      "{} MB",
      request_id, ms, (outcome.duration.ns + 999'999) / 1'000'000, memory_mb);
  if (outcome.init_duration) {
    line += fmt::format("\tInit Duration: {:.2f} ms", outcome.init_duration->seconds() * 1000);
  }
  return line;
}

}  // namespace lifeboat::lambda
