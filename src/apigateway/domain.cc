#include "apigateway/domain.h"

namespace lifeboat::apigateway {

json::Object BasePathMapping::ToAnswer() const {
  json::Object out{{"basePath", base_path.empty() ? kNoBasePath : std::string_view(base_path)},
                   {"restApiId", api_id}};
  if (!stage.empty()) out.Set("stage", stage);
  return out;
}

json::Object DomainName::ToAnswer(std::string_view hosted_zone_id) const {
  json::Object out{{"domainName", name},
                   {"certificateUploadDate", uploaded_at.unix_seconds()},
                   {"regionalDomainName", regional_name},
                   {"regionalHostedZoneId", hosted_zone_id},
                   {"regionalCertificateArn", certificate_arn},
                   {"endpointConfiguration", json::Object{{"types", json::Array{"REGIONAL"}}}},
                   {"domainNameStatus", "AVAILABLE"},
                   {"securityPolicy", security_policy}};
  if (!tags.empty()) out.Set("tags", apigateway::ToJson(tags));
  return out;
}

json::Value DomainName::ToJson() const {
  json::Array list;
  for (const auto& [path, m] : mappings) {
    list.push_back(
        json::Object{{"base_path", m.base_path}, {"api_id", m.api_id}, {"stage", m.stage}});
  }
  return json::Object{{"name", name},
                      {"certificate_arn", certificate_arn},
                      {"regional_name", regional_name},
                      {"security_policy", security_policy},
                      {"tags", apigateway::ToJson(tags)},
                      {"uploaded_at_ms", uploaded_at.millis()},
                      {"mappings", std::move(list)}};
}

Result<DomainName> DomainName::FromJson(const json::Value& value) {
  DomainName domain;
  domain.name = value.GetString("name");
  domain.certificate_arn = value.GetString("certificate_arn");
  domain.regional_name = value.GetString("regional_name");
  domain.security_policy = value.GetString("security_policy");
  domain.tags = ToMap(value.Find("tags"));
  const json::Value* uploaded = value.Find("uploaded_at_ms");
  domain.uploaded_at = WallTime::FromMillis(uploaded ? uploaded->as_int() : 0);
  if (domain.name.empty() || domain.regional_name.empty()) {
    return Error{ErrorCode::kCorrupt, "stored domain name cannot be read"};
  }
  if (const json::Value* list = value.Find("mappings")) {
    for (const json::Value& m : list->as_array()) {
      domain.mappings[m.GetString("base_path")] = {m.GetString("base_path"), m.GetString("api_id"),
                                                   m.GetString("stage")};
    }
  }
  return domain;
}

}  // namespace lifeboat::apigateway
