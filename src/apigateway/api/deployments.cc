// Deployments: frozen definitions. CreateDeployment with a stage name makes or moves that stage.
#include "apigateway/api/operations.h"
#include "apigateway/api/stage_input.h"
#include "apigateway/errors.h"
#include "base/ids.h"

namespace lifeboat::apigateway {
namespace {

using Done = http::AwsResult<void>;

/// Points the stage of the call at the new deployment.
Done PointStage(Core& core, const json::Value& body, const std::string& deployment_id,
                RestApi& api) {
  const std::string& name = body.GetString("stageName");
  if (name.empty()) return {};
  if (!IsStageName(name)) return InvalidStageName();
  const bool is_new = !api.stages.contains(name);
  if (is_new && api.stages.size() >= kMaxStagesPerApi) {
    return LimitExceeded("Stages", kMaxStagesPerApi);
  }
  Stage& stage = api.stages[name];
  stage.name = name;
  stage.deployment_id = deployment_id;
  if (is_new) stage.created_at = core.now();
  stage.updated_at = core.now();
  if (body.Find("stageDescription")) stage.description = body.GetString("stageDescription");
  if (body.Find("variables")) stage.variables = ToMap(body.Find("variables"));
  return {};
}

http::AwsResult<const Deployment*> FindDeployment(const Core& core, const Call& call) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return api.error();
  const auto found = (*api)->deployments.find(call.path[1]);
  if (found == (*api)->deployments.end()) return InvalidIdentifier("Deployment");
  return &found->second;
}

}  // namespace

void CreateDeployment(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  if (!(*found)->definition.HasMethods()) {
    return answer(BadRequest("The REST API doesn't contain any methods"));
  }
  if ((*found)->deployments.size() >= kMaxDeploymentsPerApi) {
    return answer(LimitExceeded("Deployments", kMaxDeploymentsPerApi));
  }
  const Done refused = RefuseMembers(
      call.body, {"cacheClusterEnabled", "cacheClusterSize", "canarySettings", "tracingEnabled"});
  if (!refused.ok()) return answer(refused.error());
  RestApi api = **found;
  const Deployment deployment{NewId(core.prng(), 6, kLowerAlnum),
                              call.body.GetString("description"), core.now(), api.definition};
  api.deployments[deployment.id] = deployment;
  if (const Done pointed = PointStage(core, call.body, deployment.id, api); !pointed.ok()) {
    return answer(pointed.error());
  }
  core.Store(std::move(api),
             AnswerWith(JsonResponse(201, deployment.ToAnswer()), std::move(answer)));
}

void GetDeployment(Core& core, const Call& call, Answer answer) {
  const auto deployment = FindDeployment(core, call);
  if (!deployment.ok()) return answer(deployment.error());
  answer(JsonResponse(200, (*deployment)->ToAnswer()));
}

void GetDeployments(Core& core, const Call& call, Answer answer) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return answer(api.error());
  std::vector<json::Value> all;
  for (const auto& [id, deployment] : (*api)->deployments) all.push_back(deployment.ToAnswer());
  answer(PageResponse(all, call.query));
}

void DeleteDeployment(Core& core, const Call& call, Answer answer) {
  const auto deployment = FindDeployment(core, call);
  if (!deployment.ok()) return answer(deployment.error());
  RestApi api = **core.FindApi(call.path[0]);
  for (const auto& [name, stage] : api.stages) {
    if (stage.deployment_id != call.path[1]) continue;
    return answer(BadRequest("Active stages pointing to this deployment must be moved or deleted"));
  }
  api.deployments.erase(call.path[1]);
  core.Store(std::move(api), AnswerWith(EmptyResponse(202), std::move(answer)));
}

}  // namespace lifeboat::apigateway
