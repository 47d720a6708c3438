#include "cloudformation/service_call.h"

#include <pugixml.hpp>

#include <fmt/format.h>

#include "base/aws_regions.h"
#include "base/bytes.h"

namespace lifeboat::cloudformation {
namespace {

// How CloudFormation names services in reasons.
std::string_view DisplayName(std::string_view service) {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"dynamodb", "DynamoDb"}, {"lambda", "Lambda"}, {"apigateway", "ApiGateway"}, {"iam", "Iam"},
      {"acm", "Acm"},           {"s3", "S3"},         {"route53", "Route53"}};
  const auto it = kNames.find(service);
  return it == kNames.end() ? service : it->second;
}

struct CodeAndMessage {
  std::string code;
  std::string message;
};

// Query and REST-XML, and Route 53's second form `<InvalidChangeBatch><Messages><Message>`.
CodeAndMessage ReadXmlFault(const std::string& body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return {};
  const auto named = [](const char* name) {
    return [name](const pugi::xml_node& node) { return std::string_view(node.name()) == name; };
  };
  const pugi::xml_node code = document.find_node(named("Code"));
  const pugi::xml_node message = document.find_node(named("Message"));
  return {code ? code.child_value() : document.first_child().name(), message.child_value()};
}

CodeAndMessage ReadFault(const ServiceAnswer& answer) {
  if (answer.response.body.starts_with('<')) return ReadXmlFault(answer.response.body);
  CodeAndMessage fault{answer.json.GetString("__type"), answer.json.GetString("message")};
  if (fault.message.empty()) fault.message = answer.json.GetString("Message");
  if (fault.code.empty()) fault.code = answer.response.headers.Get("x-amzn-ErrorType");
  fault.code = fault.code.substr(fault.code.find('#') + 1);  // npos + 1 is the start.
  fault.code = fault.code.substr(0, fault.code.find(':'));
  return fault;
}

bool IsThrottle(std::string_view code) {
  return code == "ThrottlingException" || code == "TooManyRequestsException" ||
         code == "Throttling" || code == "PriorRequestNotComplete" ||
         code == "LimitExceededException";
}

Fault MakeFault(std::string_view service, const ServiceAnswer& answer) {
  CodeAndMessage read = ReadFault(answer);
  const http::Headers& headers = answer.response.headers;
  const std::string_view request_id = headers.Find("x-amzn-RequestId")
                                          ? headers.Get("x-amzn-RequestId")
                                          : headers.Get("x-amz-request-id");
  Fault fault{std::move(read.code), {}};
  fault.error.message = fmt::format(
      "Resource handler returned message: \"{} (Service: {}, Status Code: {}, Request ID: {})\"",
      read.message.empty() ? fault.code : read.message, DisplayName(service),
      answer.response.status, request_id);
  fault.error.code = ErrorCode::kInvalid;
  if (answer.response.status >= 500) fault.error.code = ErrorCode::kUnknownOutcome;
  if (answer.response.status == 429 || IsThrottle(fault.code)) {
    fault.error.code = ErrorCode::kUnavailable;
  }
  return fault;
}

void RunFrom(const std::shared_ptr<const std::vector<AsyncStep>>& steps, size_t index,
             const std::function<void(Status)>& done) {
  if (index == steps->size()) return done({});
  (*steps)[index]([steps, index, done](Status status) {
    if (!status.ok()) return done(status);
    RunFrom(steps, index + 1, done);
  });
}

}  // namespace

void CallService(const ResourceCall& call, std::string_view service, std::string_view region,
                 http::Request request, Answered answered) {
  call.aws->Call(
      service, region, std::move(request),
      [service = std::string(service), region = std::string(region),
       answered = std::move(answered)](Result<http::Response> result) {
        if (!result.ok()) {
          const Error& error = result.error();
          return answered(Fault{"",
                                {error.code, fmt::format("No answer from {} in {}: {}", service,
                                                         region, error.message)}});
        }
        ServiceAnswer answer{std::move(*result), {}};
        if (auto body = json::Parse(answer.response.body); body.ok()) {
          answer.json = std::move(*body);
        }
        if (answer.response.status >= 200 && answer.response.status < 300) {
          return answered(std::move(answer));
        }
        answered(MakeFault(service, answer));
      });
}

void CallJson(const ResourceCall& call, std::string_view service, std::string_view region,
              std::string_view target, json::Object body, Answered answered) {
  http::Request request{.method = "POST", .target = "/"};
  request.headers.Add("Content-Type", service == "dynamodb" ? "application/x-amz-json-1.0"
                                                            : "application/x-amz-json-1.1");
  request.headers.Add("X-Amz-Target", std::string(target));
  request.body = json::Write(std::move(body));
  CallService(call, service, region, std::move(request), std::move(answered));
}

void CallRest(const ResourceCall& call, std::string_view service, std::string method,
              std::string target, const json::Value& body, Answered answered) {
  http::Request request{.method = std::move(method), .target = std::move(target)};
  if (!body.is_null()) {
    request.headers.Add("Content-Type", "application/json");
    request.body = json::Write(body);
  }
  CallService(call, service, call.region, std::move(request), std::move(answered));
}

void CallQuery(const ResourceCall& call, std::string_view service, std::string_view action,
               std::string_view version,
               const std::vector<std::pair<std::string, std::string>>& parameters,
               Answered answered) {
  http::Request request{.method = "POST", .target = "/"};
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = fmt::format("Action={}&Version={}", action, version);
  for (const auto& [name, value] : parameters) {
    request.body += fmt::format("&{}={}", PercentEncode(name), PercentEncode(value));
  }
  CallService(call, service, kGlobalControlPlaneRegion, std::move(request), std::move(answered));
}

void PollLater(const ResourceCall& call, int attempt, std::function<void(int attempt)> poll,
               std::function<void(Error)> give_up) {
  if (attempt >= kMaxPolls) {
    return give_up({ErrorCode::kLimit, "Exceeded attempts to wait"});
  }
  call.scheduler->After(kPollInterval, [poll = std::move(poll), attempt] { poll(attempt + 1); });
}

void RunInOrder(std::vector<AsyncStep> steps, std::function<void(Status)> done) {
  RunFrom(std::make_shared<const std::vector<AsyncStep>>(std::move(steps)), 0, done);
}

}  // namespace lifeboat::cloudformation
