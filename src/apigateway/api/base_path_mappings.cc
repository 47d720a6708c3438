// Base-path mappings: which API and stage a path of a custom domain name belongs to.
#include <algorithm>
#include <cctype>

#include "apigateway/api/operations.h"
#include "apigateway/errors.h"

namespace lifeboat::apigateway {
namespace {

std::string FromWire(std::string_view base_path) {
  return base_path == kNoBasePath ? std::string() : std::string(base_path);
}

bool IsBasePath(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("$-_.+!*'()").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

http::AwsResult<const BasePathMapping*> FindMapping(const Core& core, const Call& call) {
  const auto domain = core.FindDomain(call.path[0]);
  if (!domain.ok()) return domain.error();
  const auto found = (*domain)->mappings.find(FromWire(call.path[1]));
  if (found == (*domain)->mappings.end()) return InvalidIdentifier("base path mapping");
  return &found->second;
}

}  // namespace

void CreateBasePathMapping(Core& core, const Call& call, Answer answer) {
  const auto found = core.FindDomain(call.path[0]);
  if (!found.ok()) return answer(found.error());
  const BasePathMapping mapping{FromWire(call.body.GetString("basePath")),
                                call.body.GetString("restApiId"), call.body.GetString("stage")};
  if (!IsBasePath(mapping.base_path)) {
    return answer(NotSupported("A base path of more than one segment"));
  }
  const RestApi* api = core.catalog().FindApi(mapping.api_id);
  if (!api) return answer(BadRequest("Invalid REST API identifier specified"));
  if (!mapping.stage.empty() && !api->stages.contains(mapping.stage)) {
    return answer(BadRequest("Invalid stage identifier specified"));
  }
  DomainName domain = **found;
  if (domain.mappings.contains(mapping.base_path)) {
    return answer(Conflict("Base path already exists for this domain name"));
  }
  if (domain.mappings.size() >= kMaxMappingsPerDomain) {
    return answer(LimitExceeded("BasePathMappings", kMaxMappingsPerDomain));
  }
  domain.mappings[mapping.base_path] = mapping;
  core.Store(std::move(domain),
             AnswerWith(JsonResponse(201, mapping.ToAnswer()), std::move(answer)));
}

void GetBasePathMapping(Core& core, const Call& call, Answer answer) {
  const auto mapping = FindMapping(core, call);
  if (!mapping.ok()) return answer(mapping.error());
  answer(JsonResponse(200, (*mapping)->ToAnswer()));
}

void GetBasePathMappings(Core& core, const Call& call, Answer answer) {
  const auto domain = core.FindDomain(call.path[0]);
  if (!domain.ok()) return answer(domain.error());
  std::vector<json::Value> all;
  for (const auto& [path, mapping] : (*domain)->mappings) all.push_back(mapping.ToAnswer());
  answer(PageResponse(all, call.query));
}

void DeleteBasePathMapping(Core& core, const Call& call, Answer answer) {
  const auto mapping = FindMapping(core, call);
  if (!mapping.ok()) return answer(mapping.error());
  DomainName domain = **core.FindDomain(call.path[0]);
  domain.mappings.erase(FromWire(call.path[1]));
  core.Store(std::move(domain), AnswerWith(EmptyResponse(202), std::move(answer)));
}

}  // namespace lifeboat::apigateway
