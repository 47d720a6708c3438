// GetResource(s), GetMethod, GetIntegration: the definition as it is edited, not as it is deployed.
#include <algorithm>

#include "apigateway/api/operations.h"
#include "apigateway/errors.h"

namespace lifeboat::apigateway {
namespace {

bool WithMethods(const http::Params& query) {
  return std::any_of(query.begin(), query.end(), [](const auto& param) {
    return param.first == "embed" && param.second == "methods";
  });
}

http::AwsResult<const Resource*> FindResource(const Core& core, const Call& call) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return api.error();
  for (const auto& [path, resource] : (*api)->definition.resources) {
    if (resource.id == call.path[1]) return &resource;
  }
  return InvalidIdentifier("Resource");
}

http::AwsResult<const Method*> FindMethod(const Core& core, const Call& call) {
  const auto resource = FindResource(core, call);
  if (!resource.ok()) return resource.error();
  const auto method = (*resource)->methods.find(call.path[2]);
  if (method == (*resource)->methods.end()) return InvalidIdentifier("Method");
  return &method->second;
}

}  // namespace

void GetResources(Core& core, const Call& call, Answer answer) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return answer(api.error());
  std::vector<json::Value> all;
  for (const auto& [path, resource] : (*api)->definition.resources) {
    all.push_back(resource.ToJson(WithMethods(call.query)));
  }
  answer(PageResponse(all, call.query));
}

void GetResource(Core& core, const Call& call, Answer answer) {
  const auto resource = FindResource(core, call);
  if (!resource.ok()) return answer(resource.error());
  answer(JsonResponse(200, (*resource)->ToJson(WithMethods(call.query))));
}

void GetMethod(Core& core, const Call& call, Answer answer) {
  const auto method = FindMethod(core, call);
  if (!method.ok()) return answer(method.error());
  answer(JsonResponse(200, (*method)->ToJson()));
}

void GetIntegration(Core& core, const Call& call, Answer answer) {
  const auto method = FindMethod(core, call);
  if (!method.ok()) return answer(method.error());
  answer(JsonResponse(200, (*method)->integration.ToJson()));
}

}  // namespace lifeboat::apigateway
