#include "apigateway/api/operations.h"

#include <algorithm>
#include <utility>

#include "apigateway/errors.h"
#include "apigateway/router.h"
#include "base/bytes.h"

namespace lifeboat::apigateway {
namespace {

constexpr Operation kOperations[] = {
    {"POST", "/restapis", CreateRestApi, true, Body::kRaw},
    {"GET", "/restapis", GetRestApis},
    {"GET", "/restapis/*", GetRestApi},
    {"PUT", "/restapis/*", PutRestApi, true, Body::kRaw},
    {"PATCH", "/restapis/*", UpdateRestApi, true, Body::kJson},
    {"DELETE", "/restapis/*", DeleteRestApi, true},
    {"GET", "/restapis/*/resources", GetResources},
    {"GET", "/restapis/*/resources/*", GetResource},
    {"GET", "/restapis/*/resources/*/methods/*", GetMethod},
    {"GET", "/restapis/*/resources/*/methods/*/integration", GetIntegration},
    {"POST", "/restapis/*/deployments", CreateDeployment, true, Body::kJson},
    {"GET", "/restapis/*/deployments", GetDeployments},
    {"GET", "/restapis/*/deployments/*", GetDeployment},
    {"DELETE", "/restapis/*/deployments/*", DeleteDeployment, true},
    {"POST", "/restapis/*/stages", CreateStage, true, Body::kJson},
    {"GET", "/restapis/*/stages", GetStages},
    {"GET", "/restapis/*/stages/*", GetStage},
    {"PATCH", "/restapis/*/stages/*", UpdateStage, true, Body::kJson},
    {"DELETE", "/restapis/*/stages/*", DeleteStage, true},
    {"POST", "/domainnames", CreateDomainName, true, Body::kJson},
    {"GET", "/domainnames", GetDomainNames},
    {"GET", "/domainnames/*", GetDomainName},
    {"DELETE", "/domainnames/*", DeleteDomainName, true},
    {"POST", "/domainnames/*/basepathmappings", CreateBasePathMapping, true, Body::kJson},
    {"GET", "/domainnames/*/basepathmappings", GetBasePathMappings},
    {"GET", "/domainnames/*/basepathmappings/*", GetBasePathMapping},
    {"DELETE", "/domainnames/*/basepathmappings/*", DeleteBasePathMapping, true},
    {"GET", "/account", GetAccount},
};

bool AsksForNothing(const json::Value& value) {
  if (value.is_null()) return true;
  if (const bool* flag = value.if_bool()) return !*flag;
  if (value.is_array()) return value.as_array().empty();
  if (value.is_object()) return value.as_object().empty();
  return value.is_string() && value.as_string().empty();
}

}  // namespace

const Operation* FindOperation(std::string_view method, std::string_view path, Call& call) {
  const std::vector<std::string_view> given = PathSegments(path);
  for (const Operation& operation : kOperations) {
    if (operation.method != method) continue;
    const std::vector<std::string_view> wanted = PathSegments(operation.path);
    if (wanted.size() != given.size()) continue;
    std::vector<std::string> variables;
    bool matches = true;
    for (size_t i = 0; i < wanted.size() && matches; ++i) {
      if (wanted[i] == "*") {
        variables.push_back(PercentDecode(given[i]));
      } else {
        matches = wanted[i] == given[i];
      }
    }
    if (!matches) continue;
    call.path = std::move(variables);
    return &operation;
  }
  return nullptr;
}

http::Response JsonResponse(int status, const json::Value& body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(body);
  return response;
}

http::Response EmptyResponse(int status) {
  http::Response response;
  response.status = status;
  return response;
}

Core::Done AnswerWith(http::Response response, Answer answer) {
  return [response = std::move(response),
          answer = std::move(answer)](http::AwsResult<void> done) mutable {
    if (!done.ok()) return answer(done.error());
    answer(std::move(response));
  };
}

http::AwsResult<http::Response> PageResponse(const std::vector<json::Value>& all,
                                             const http::Params& query) {
  size_t limit = kDefaultPageSize;
  if (const std::string* text = query.Find("limit")) {
    const auto wanted = ParseUint(*text);
    if (!wanted || *wanted == 0 || *wanted > kMaxPageSize) {
      return BadRequest("Invalid limit specified");
    }
    limit = *wanted;
  }
  size_t start = 0;
  if (const std::string* text = query.Find("position")) {
    const auto wanted = ParseUint(*text);
    if (!wanted || *wanted > all.size()) return BadRequest("Invalid position parameter specified");
    start = *wanted;
  }
  const size_t end = std::min(all.size(), start + limit);
  json::Object body{{"item", json::Array(all.begin() + start, all.begin() + end)}};
  if (end < all.size()) body.Set("position", std::to_string(end));
  return JsonResponse(200, std::move(body));
}

http::AwsResult<void> RefuseMembers(const json::Value& body,
                                    std::initializer_list<std::string_view> members) {
  for (const std::string_view name : members) {
    const json::Value* member = body.Find(name);
    if (member && !AsksForNothing(*member)) return NotSupported(name);
  }
  return {};
}

http::AwsResult<void> ReadEndpointType(const json::Value& body, std::string& type) {
  const json::Value* types = body.FindPath({"endpointConfiguration", "types"});
  if (!types || types->as_array().empty()) return {};
  const std::string& wanted = types->as_array()[0].as_string();
  if (wanted != "EDGE" && wanted != "REGIONAL") {
    return NotSupported(fmt::format("Endpoint type {}", wanted));
  }
  type = wanted;
  return {};
}

}  // namespace lifeboat::apigateway
