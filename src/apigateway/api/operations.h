// The operations of API Gateway's control plane (model 2015-07-09), a function each, and the table
// that finds them by method and path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "apigateway/core.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "json/value.h"

namespace lifeboat::apigateway {

/// A call taken apart.
struct Call {
  std::vector<std::string> path;  ///< The variable segments, decoded, in order.
  http::Params query;
  std::string raw_body;
  json::Value body;  ///< Parsed, unless the operation reads raw_body itself.
};

/// Called once; the answer lacks only the request id.
using Answer = std::function<void(http::AwsResult<http::Response>)>;

enum class Body { kNone, kJson, kRaw };

struct Operation {
  std::string_view method;
  std::string_view path;  ///< `*` stands for one segment.
  void (*run)(Core&, const Call&, Answer);
  bool changes = false;  ///< Runs alone, after earlier changes.
  Body body = Body::kNone;
};

/// nullptr when there is none; fills `call.path`.
const Operation* FindOperation(std::string_view method, std::string_view path, Call& call);

void CreateRestApi(Core&, const Call&, Answer);  ///< Also ImportRestApi (?mode=import).
void PutRestApi(Core&, const Call&, Answer);
void GetRestApi(Core&, const Call&, Answer);
void GetRestApis(Core&, const Call&, Answer);
void UpdateRestApi(Core&, const Call&, Answer);
void DeleteRestApi(Core&, const Call&, Answer);
void GetResources(Core&, const Call&, Answer);
void GetResource(Core&, const Call&, Answer);
void GetMethod(Core&, const Call&, Answer);
void GetIntegration(Core&, const Call&, Answer);
void CreateDeployment(Core&, const Call&, Answer);
void GetDeployment(Core&, const Call&, Answer);
void GetDeployments(Core&, const Call&, Answer);
void DeleteDeployment(Core&, const Call&, Answer);
void CreateStage(Core&, const Call&, Answer);
void GetStage(Core&, const Call&, Answer);
void GetStages(Core&, const Call&, Answer);
void UpdateStage(Core&, const Call&, Answer);
void DeleteStage(Core&, const Call&, Answer);
void CreateDomainName(Core&, const Call&, Answer);
void GetDomainName(Core&, const Call&, Answer);
void GetDomainNames(Core&, const Call&, Answer);
void DeleteDomainName(Core&, const Call&, Answer);
void CreateBasePathMapping(Core&, const Call&, Answer);
void GetBasePathMapping(Core&, const Call&, Answer);
void GetBasePathMappings(Core&, const Call&, Answer);
void DeleteBasePathMapping(Core&, const Call&, Answer);
void GetAccount(Core&, const Call&, Answer);

http::Response JsonResponse(int status, const json::Value& body);
http::Response EmptyResponse(int status);
/// Answers with `response` once the change is durable, or with the error.
Core::Done AnswerWith(http::Response response, Answer answer);
/// `item`, and `position` when there are more: pages of `limit` after `position`.
http::AwsResult<http::Response> PageResponse(const std::vector<json::Value>& all,
                                             const http::Params& query);

/// Refuses members of `body` that AWS has and this system doesn't, unless they ask for nothing.
http::AwsResult<void> RefuseMembers(const json::Value& body,
                                    std::initializer_list<std::string_view> members);
/// Reads endpointConfiguration.types into `type`; absent leaves it alone. PRIVATE is refused.
http::AwsResult<void> ReadEndpointType(const json::Value& body, std::string& type);

}  // namespace lifeboat::apigateway
