#include "apigateway/rest_api.h"

namespace lifeboat::apigateway {
namespace {

WallTime TimeOf(const json::Value& value, std::string_view key) {
  const json::Value* member = value.Find(key);
  return WallTime::FromMillis(member ? member->as_int() : 0);
}

json::Value StoredForm(const Deployment& d) {
  return json::Object{{"id", d.id},
                      {"description", d.description},
                      {"created_at_ms", d.created_at.millis()},
                      {"definition", d.definition.ToJson()}};
}

json::Value StoredForm(const Stage& s) {
  json::Object out{{"name", s.name},
                   {"deployment_id", s.deployment_id},
                   {"description", s.description},
                   {"variables", apigateway::ToJson(s.variables)},
                   {"tags", apigateway::ToJson(s.tags)},
                   {"created_at_ms", s.created_at.millis()},
                   {"updated_at_ms", s.updated_at.millis()}};
  if (s.throttling) {
    out.Set("throttling",
            json::Object{{"rate", s.throttling->rate}, {"burst", s.throttling->burst}});
  }
  return out;
}

Stage StageFromJson(const json::Value& value) {
  Stage s;
  s.name = value.GetString("name");
  s.deployment_id = value.GetString("deployment_id");
  s.description = value.GetString("description");
  s.variables = ToMap(value.Find("variables"));
  s.tags = ToMap(value.Find("tags"));
  s.created_at = TimeOf(value, "created_at_ms");
  s.updated_at = TimeOf(value, "updated_at_ms");
  if (const json::Value* t = value.Find("throttling")) {
    s.throttling = Throttling{t->Find("rate") ? t->Find("rate")->as_double() : 0,
                              t->Find("burst") ? t->Find("burst")->as_double() : 0};
  }
  return s;
}

}  // namespace

json::Object Deployment::ToAnswer() const {
  json::Object out{{"id", id}};
  if (!description.empty()) out.Set("description", description);
  out.Set("createdDate", created_at.unix_seconds());
  return out;
}

json::Object Stage::ToAnswer() const {
  json::Object settings;
  if (throttling) {
    settings.Set("*/*",
                 json::Object{{"throttlingRateLimit", throttling->rate},
                              {"throttlingBurstLimit", static_cast<int64_t>(throttling->burst)}});
  }
  json::Object out{{"deploymentId", deployment_id},
                   {"stageName", name},
                   {"cacheClusterEnabled", false},
                   {"cacheClusterStatus", "NOT_AVAILABLE"},
                   {"methodSettings", std::move(settings)},
                   {"tracingEnabled", false},
                   {"createdDate", created_at.unix_seconds()},
                   {"lastUpdatedDate", updated_at.unix_seconds()}};
  if (!description.empty()) out.Set("description", description);
  if (!variables.empty()) out.Set("variables", apigateway::ToJson(variables));
  if (!tags.empty()) out.Set("tags", apigateway::ToJson(tags));
  return out;
}

json::Object RestApi::ToAnswer() const {
  json::Object out{{"id", id}, {"name", name}};
  if (!description.empty()) out.Set("description", description);
  out.Set("createdDate", created_at.unix_seconds());
  if (!version.empty()) out.Set("version", version);
  const auto& types = definition.binary_media_types;
  if (!types.empty()) out.Set("binaryMediaTypes", json::Array(types.begin(), types.end()));
  out.Set("apiKeySource", "HEADER");
  out.Set("endpointConfiguration", json::Object{{"types", json::Array{endpoint_type}}});
  if (!tags.empty()) out.Set("tags", apigateway::ToJson(tags));
  out.Set("disableExecuteApiEndpoint", definition.disable_execute_api_endpoint);
  out.Set("rootResourceId", root_id());
  return out;
}

json::Value RestApi::ToJson() const {
  json::Array all_deployments, all_stages;
  for (const auto& [key, d] : deployments) all_deployments.push_back(StoredForm(d));
  for (const auto& [key, s] : stages) all_stages.push_back(StoredForm(s));
  return json::Object{{"id", id},
                      {"name", name},
                      {"description", description},
                      {"version", version},
                      {"endpoint_type", endpoint_type},
                      {"tags", apigateway::ToJson(tags)},
                      {"created_at_ms", created_at.millis()},
                      {"definition", definition.ToJson()},
                      {"deployments", std::move(all_deployments)},
                      {"stages", std::move(all_stages)}};
}

Result<RestApi> RestApi::FromJson(const json::Value& value) {
  RestApi api;
  api.id = value.GetString("id");
  api.name = value.GetString("name");
  api.description = value.GetString("description");
  api.version = value.GetString("version");
  api.endpoint_type = value.GetString("endpoint_type");
  api.tags = ToMap(value.Find("tags"));
  api.created_at = TimeOf(value, "created_at_ms");
  if (const json::Value* definition = value.Find("definition")) {
    api.definition = Definition::FromJson(*definition);
  }
  if (api.id.empty() || !api.definition.resources.contains("/")) {
    return Error{ErrorCode::kCorrupt, "stored API cannot be read"};
  }
  if (const json::Value* list = value.Find("deployments")) {
    for (const json::Value& d : list->as_array()) {
      const json::Value* definition = d.Find("definition");
      api.deployments[d.GetString("id")] = {
          d.GetString("id"), d.GetString("description"), TimeOf(d, "created_at_ms"),
          definition ? Definition::FromJson(*definition) : Definition{}};
    }
  }
  if (const json::Value* list = value.Find("stages")) {
    for (const json::Value& s : list->as_array()) {
      api.stages[s.GetString("name")] = StageFromJson(s);
    }
  }
  return api;
}

}  // namespace lifeboat::apigateway
