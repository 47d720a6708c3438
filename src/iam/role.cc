#include "iam/role.h"

#include "base/bytes.h"

namespace lifeboat::iam {
namespace {

json::Object ToObject(const std::map<std::string, std::string>& map) {
  json::Object object;
  for (const auto& [key, value] : map) object.Append(key, value);
  return object;
}

std::map<std::string, std::string> ToMap(const json::Value* value) {
  std::map<std::string, std::string> map;
  if (!value) return map;
  for (const auto& [key, text] : value->as_object()) map.emplace(key, text.as_string());
  return map;
}

}  // namespace

json::Value ToJson(const Role& role) {
  json::Array attached;
  for (const std::string& arn : role.attached_policies) attached.push_back(arn);
  return json::Object{{"name", role.name},
                      {"id", role.id},
                      {"arn", role.arn},
                      {"path", role.path},
                      {"description", role.description},
                      {"trust_policy", role.trust_policy},
                      {"max_session_seconds", role.max_session_seconds},
                      {"created_ms", role.created.millis()},
                      {"inline_policies", ToObject(role.inline_policies)},
                      {"attached_policies", std::move(attached)},
                      {"tags", ToObject(role.tags)}};
}

Role RoleFromJson(const json::Value& value) {
  Role role;
  role.name = value.GetString("name");
  role.id = value.GetString("id");
  role.arn = value.GetString("arn");
  role.path = value.GetString("path");
  role.description = value.GetString("description");
  role.trust_policy = value.GetString("trust_policy");
  if (const json::Value* seconds = value.Find("max_session_seconds")) {
    role.max_session_seconds = seconds->as_int();
  }
  if (const json::Value* created = value.Find("created_ms")) {
    role.created = WallTime::FromMillis(created->as_int());
  }
  role.inline_policies = ToMap(value.Find("inline_policies"));
  role.tags = ToMap(value.Find("tags"));
  if (const json::Value* attached = value.Find("attached_policies")) {
    for (const json::Value& arn : attached->as_array())
      role.attached_policies.insert(arn.as_string());
  }
  return role;
}

void WriteRole(http::XmlWriter& xml, std::string_view element, const Role& role) {
  xml.Open(element);
  xml.Leaf("Path", role.path).Leaf("RoleName", role.name).Leaf("RoleId", role.id);
  xml.Leaf("Arn", role.arn).Leaf("CreateDate", FormatIso8601(role.created));
  // Policy documents are URL-encoded inside the XML (IAM API Reference, "Role").
  xml.Leaf("AssumeRolePolicyDocument", PercentEncode(role.trust_policy));
  if (!role.description.empty()) xml.Leaf("Description", role.description);
  xml.Leaf("MaxSessionDuration", role.max_session_seconds);
  if (!role.tags.empty()) {
    xml.Open("Tags");
    for (const auto& [key, value] : role.tags) {
      xml.Open("member").Leaf("Key", key).Leaf("Value", value).Close();
    }
    xml.Close();
  }
  xml.Close();
}

}  // namespace lifeboat::iam
