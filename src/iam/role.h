// A role as a value: stored and described, never enforced (docs/compatibility.md).
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/time.h"
#include "http/xml.h"
#include "json/value.h"

namespace lifeboat::iam {

struct Role {
  std::string name;
  std::string id;  ///< AROA...
  std::string arn;
  std::string path = "/";
  std::string description;
  std::string trust_policy;  ///< JSON as sent.
  int64_t max_session_seconds = 3600;
  WallTime created;
  std::map<std::string, std::string> inline_policies;  ///< By name, JSON as sent.
  std::set<std::string> attached_policies;             ///< ARNs.
  std::map<std::string, std::string> tags;
};

json::Value ToJson(const Role& role);
Role RoleFromJson(const json::Value& value);
/// `<Role>` of the answers.
void WriteRole(http::XmlWriter& xml, const Role& role);

}  // namespace lifeboat::iam
