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
/// As an element of that name: `Role`, or `member` of a list.
void WriteRole(http::XmlWriter& xml, std::string_view element, const Role& role);

}  // namespace lifeboat::iam
