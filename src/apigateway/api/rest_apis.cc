// CreateRestApi, ImportRestApi, PutRestApi, GetRestApi(s), UpdateRestApi, DeleteRestApi.
#include <algorithm>

#include "apigateway/api/operations.h"
#include "apigateway/api/patch.h"
#include "apigateway/errors.h"
#include "apigateway/import.h"
#include "base/bytes.h"
#include "base/ids.h"

namespace lifeboat::apigateway {
namespace {

using Done = http::AwsResult<void>;

RestApi NewApi(Core& core) {
  RestApi api;
  do {
    api.id = NewId(core.prng(), 10, kLowerAlnum);
  } while (core.catalog().FindApi(api.id));
  api.created_at = core.now();
  api.definition = EmptyDefinition(core.prng());
  return api;
}

/// Takes over what a definition says of the API itself, and the query's endpoint type.
Done Import(Core& core, const Call& call, bool merge, RestApi& api) {
  if (const std::string* type = call.query.Find("endpointConfigurationTypes")) {
    if (*type != "EDGE" && *type != "REGIONAL") return NotSupported("Endpoint type " + *type);
    api.endpoint_type = *type;
  }
  auto imported = ImportDefinition(call.raw_body, api.definition, merge, core.prng());
  if (!imported.ok()) return imported.error();
  api.definition = std::move(imported->definition);
  if (!imported->title.empty()) api.name = imported->title;
  if (!imported->version.empty()) api.version = imported->version;
  if (!imported->description.empty()) api.description = imported->description;
  return {};
}

Done ReadNewApi(const Call& call, RestApi& api) {
  const Result<json::Value> body = json::Parse(call.raw_body);
  if (!body.ok()) return BadRequest("Invalid JSON: " + body.error().message);
  if (Done refused = RefuseMembers(*body, {"cloneFrom", "policy", "minimumCompressionSize"});
      !refused.ok()) {
    return refused;
  }
  api.name = body->GetString("name");
  if (Trim(api.name).empty()) return BadRequest("RestApi name is required.");
  const std::string& key_source = body->GetString("apiKeySource");
  if (!key_source.empty() && key_source != "HEADER") return NotSupported("apiKeySource AUTHORIZER");
  api.description = body->GetString("description");
  api.version = body->GetString("version");
  api.tags = ToMap(body->Find("tags"));
  const json::Value* disabled = body->Find("disableExecuteApiEndpoint");
  api.definition.disable_execute_api_endpoint = disabled && disabled->as_bool();
  if (const json::Value* types = body->Find("binaryMediaTypes")) {
    for (const json::Value& type : types->as_array()) {
      api.definition.binary_media_types.push_back(type.as_string());
    }
  }
  return ReadEndpointType(*body, api.endpoint_type);
}

Done Apply(const PatchOperation& patch, RestApi& api) {
  const bool replace = patch.op == "replace";
  auto& types = api.definition.binary_media_types;
  if (replace && patch.path == "/name") {
    api.name = patch.value;
  } else if (replace && patch.path == "/description") {
    api.description = patch.value;
  } else if (replace && patch.path == "/disableExecuteApiEndpoint") {
    api.definition.disable_execute_api_endpoint = ToLower(patch.value) == "true";
  } else if (replace && patch.path.starts_with("/endpointConfiguration/types/")) {
    if (patch.value != "EDGE" && patch.value != "REGIONAL") {
      return NotSupported("Endpoint type " + patch.value);
    }
    api.endpoint_type = patch.value;
  } else if (const std::string type = patch.Rest("/binaryMediaTypes/"); !replace && !type.empty()) {
    std::erase(types, type);
    if (patch.op == "add") types.push_back(type);
  } else {
    return InvalidPatchPath(patch.path, patch.op,
                            {"/name", "/description", "/disableExecuteApiEndpoint",
                             "/binaryMediaTypes", "/endpointConfiguration/types"});
  }
  return {};
}

}  // namespace

void CreateRestApi(Core& core, const Call& call, Answer answer) {
  if (core.catalog().apis().size() >= kMaxRestApis) {
    return answer(LimitExceeded("RestApis", kMaxRestApis));
  }
  RestApi api = NewApi(core);
  const bool import = call.query.Get("mode") == "import";
  const Done read = import ? Import(core, call, false, api) : ReadNewApi(call, api);
  if (!read.ok()) return answer(read.error());
  if (api.name.empty()) return answer(BadRequest("API title is required"));
  http::Response response = JsonResponse(201, api.ToAnswer());
  core.Store(std::move(api), AnswerWith(std::move(response), std::move(answer)));
}

void PutRestApi(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  const std::string_view mode = call.query.Get("mode");
  if (!mode.empty() && mode != "merge" && mode != "overwrite") {
    return answer(BadRequest("Invalid mode specified. Must be one of: [merge, overwrite]"));
  }
  RestApi api = **found;
  const Done read = Import(core, call, mode != "overwrite", api);
  if (!read.ok()) return answer(read.error());
  http::Response response = JsonResponse(200, api.ToAnswer());
  core.Store(std::move(api), AnswerWith(std::move(response), std::move(answer)));
}

void GetRestApi(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  answer(JsonResponse(200, (*found)->ToAnswer()));
}

void GetRestApis(Core& core, const Call& call, Answer answer) {
  std::vector<json::Value> all;
  for (const auto& [id, api] : core.catalog().apis()) all.push_back(api.ToAnswer());
  answer(PageResponse(all, call.query));
}

void UpdateRestApi(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  const auto operations = ReadPatch(call.body);
  if (!operations.ok()) return answer(operations.error());
  RestApi api = **found;
  for (const PatchOperation& operation : *operations) {
    if (const Done applied = Apply(operation, api); !applied.ok()) return answer(applied.error());
  }
  http::Response response = JsonResponse(200, api.ToAnswer());
  core.Store(std::move(api), AnswerWith(std::move(response), std::move(answer)));
}

void DeleteRestApi(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindApi(call.path[0]);
  if (!found.ok()) return answer(found.error());
  for (const auto& [name, domain] : core.catalog().domains()) {
    for (const auto& [path, mapping] : domain.mappings) {
      if (mapping.api_id != call.path[0]) continue;
      return answer(BadRequest(
          "Please remove all base path mappings related to this REST API in your custom domains "
          "before deleting it."));
    }
  }
  core.DeleteApi(call.path[0], AnswerWith(EmptyResponse(202), std::move(answer)));
}

}  // namespace lifeboat::apigateway
