// Stages: names under which deployments are reached.
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "apigateway/api/operations.h"
#include "apigateway/api/patch.h"
#include "apigateway/api/stage_input.h"
#include "apigateway/errors.h"

namespace lifeboat::apigateway {
namespace {

using Done = http::AwsResult<void>;

http::AwsResult<const Stage*> FindStage(const Core& core, const Call& call) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return api.error();
  const auto found = (*api)->stages.find(call.path[1]);
  if (found == (*api)->stages.end()) return InvalidIdentifier("stage");
  return &found->second;
}

/// `rateLimit` and `burstLimit` of all methods. With rate 0 a stage answers 429 to everything.
Done PatchThrottling(const PatchOperation& patch, std::string_view which, Stage& stage) {
  if (patch.op == "remove") {
    stage.throttling.reset();
    return {};
  }
  char* end = nullptr;
  const double value = std::strtod(patch.value.c_str(), &end);
  if (patch.value.empty() || *end != '\0' || !(value >= 0 && value <= 1e9)) {
    return BadRequest("Invalid throttling value specified");
  }
  if (!stage.throttling) stage.throttling = Throttling{};
  (which == "rateLimit" ? stage.throttling->rate : stage.throttling->burst) = value;
  return {};
}

Done Apply(const PatchOperation& patch, const RestApi& api, Stage& stage) {
  const bool replace = patch.op == "replace";
  if (replace && patch.path == "/deploymentId") {
    if (!api.deployments.contains(patch.value)) {
      return BadRequest("Deployment id does not exist");
    }
    stage.deployment_id = patch.value;
    return {};
  }
  if (replace && patch.path == "/description") {
    stage.description = patch.value;
    return {};
  }
  if (const std::string name = patch.Rest("/variables/"); !name.empty()) {
    if (patch.op == "remove") {
      stage.variables.erase(name);
    } else {
      stage.variables[name] = patch.value;
    }
    return {};
  }
  if (const std::string which = patch.Rest("/*/*/throttling/");
      which == "rateLimit" || which == "burstLimit") {
    return PatchThrottling(patch, which, stage);
  }
  return InvalidPatchPath(patch.path, patch.op,
                          {"/deploymentId", "/description", "/variables",
                           "/*/*/throttling/burstLimit", "/*/*/throttling/rateLimit"});
}

}  // namespace

bool IsStageName(std::string_view name) {
  return !name.empty() && name.size() <= 128 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

http::AwsError InvalidStageName() { return BadRequest("Stage name only allows a-zA-Z0-9_"); }

void CreateStage(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  RestApi api = **found;
  const json::Value& body = call.body;
  const Done refused =
      RefuseMembers(body, {"cacheClusterEnabled", "cacheClusterSize", "canarySettings",
                           "tracingEnabled", "documentationVersion"});
  if (!refused.ok()) return answer(refused.error());
  Stage stage;
  stage.name = body.GetString("stageName");
  stage.deployment_id = body.GetString("deploymentId");
  stage.description = body.GetString("description");
  stage.variables = ToMap(body.Find("variables"));
  stage.tags = ToMap(body.Find("tags"));
  stage.created_at = stage.updated_at = core.now();
  if (!IsStageName(stage.name)) return answer(InvalidStageName());
  if (!api.deployments.contains(stage.deployment_id)) {
    return answer(BadRequest("Deployment id does not exist"));
  }
  if (api.stages.contains(stage.name)) return answer(Conflict("Stage already exists"));
  if (api.stages.size() >= kMaxStagesPerApi) {
    return answer(LimitExceeded("Stages", kMaxStagesPerApi));
  }
  http::Response response = JsonResponse(201, stage.ToAnswer());
  api.stages[stage.name] = std::move(stage);
  core.Store(std::move(api), AnswerWith(std::move(response), std::move(answer)));
}

void GetStage(Core& core, const Call& call, Answer answer) {
  const auto stage = FindStage(core, call);
  if (!stage.ok()) return answer(stage.error());
  answer(JsonResponse(200, (*stage)->ToAnswer()));
}

void GetStages(Core& core, const Call& call, Answer answer) {
  const auto api = core.FindApi(call.path[0]);
  if (!api.ok()) return answer(api.error());
  json::Array all;
  for (const auto& [name, stage] : (*api)->stages) all.push_back(stage.ToAnswer());
  answer(JsonResponse(200, json::Object{{"item", std::move(all)}}));
}

void UpdateStage(Core& core, const Call& call, Answer answer) {
  const auto found = FindStage(core, call);
  if (!found.ok()) return answer(found.error());
  const auto operations = ReadPatch(call.body);
  if (!operations.ok()) return answer(operations.error());
  RestApi api = **core.FindApi(call.path[0]);
  Stage& stage = api.stages.at(call.path[1]);
  for (const PatchOperation& operation : *operations) {
    if (const Done applied = Apply(operation, api, stage); !applied.ok()) {
      return answer(applied.error());
    }
  }
  stage.updated_at = core.now();
  http::Response response = JsonResponse(200, stage.ToAnswer());
  core.Store(std::move(api), AnswerWith(std::move(response), std::move(answer)));
}

void DeleteStage(Core& core, const Call& call, Answer answer) {
  const auto found = FindStage(core, call);
  if (!found.ok()) return answer(found.error());
  RestApi api = **core.FindApi(call.path[0]);
  for (const auto& [name, domain] : core.catalog().domains()) {
    for (const auto& [path, mapping] : domain.mappings) {
      if (mapping.api_id != api.id || mapping.stage != call.path[1]) continue;
      return answer(BadRequest("Stage is in use by a base path mapping of " + name));
    }
  }
  api.stages.erase(call.path[1]);
  core.Store(std::move(api), AnswerWith(EmptyResponse(202), std::move(answer)));
}

}  // namespace lifeboat::apigateway
