#include "iam/actions.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "http/query_protocol.h"
#include "iam/errors.h"

namespace lifeboat::iam {
namespace {

using Action = http::AwsResult<void> (Actions::*)(Call&);
const std::map<std::string_view, Action> kActions = {
    {"CreateRole", &Actions::CreateRole},
    {"GetRole", &Actions::GetRole},
    {"DeleteRole", &Actions::DeleteRole},
    {"ListRoles", &Actions::ListRoles},
    {"UpdateAssumeRolePolicy", &Actions::UpdateAssumeRolePolicy},
    {"TagRole", &Actions::TagRole},
    {"PutRolePolicy", &Actions::PutRolePolicy},
    {"GetRolePolicy", &Actions::GetRolePolicy},
    {"DeleteRolePolicy", &Actions::DeleteRolePolicy},
    {"ListRolePolicies", &Actions::ListRolePolicies},
    {"AttachRolePolicy", &Actions::AttachRolePolicy},
    {"DetachRolePolicy", &Actions::DetachRolePolicy},
    {"ListAttachedRolePolicies", &Actions::ListAttachedRolePolicies},
};

// IAM User Guide, "IAM and AWS STS quotas": 1 to 64 of these characters.
bool IsRoleName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!alnum && std::string_view("+=,.@_-").find(c) == std::string_view::npos) return false;
  }
  return true;
}

http::AwsResult<void> CheckPolicy(std::string_view document) {
  if (document.size() > kMaxPolicyBytes) {
    return errors::LimitExceeded(
        fmt::format("Maximum policy size of {} bytes exceeded", kMaxPolicyBytes));
  }
  const auto value = json::Parse(document);
  if (!value || !value->is_object()) return errors::MalformedPolicy("Syntax errors in policy.");
  if (!value->Find("Statement")) {
    return errors::MalformedPolicy("Syntax error at position (1,1): Statement is missing.");
  }
  return {};
}

void ReadTags(const http::Params& params, std::map<std::string, std::string>& tags) {
  for (int i = 1;; ++i) {
    const std::string* key = params.Find(fmt::format("Tags.member.{}.Key", i));
    if (!key) return;
    tags[*key] = std::string(params.Get(fmt::format("Tags.member.{}.Value", i)));
  }
}

}  // namespace

http::AwsResult<void> Actions::Run(Call& call) {
  const auto it = kActions.find(call.params.Get("Action"));
  if (it == kActions.end()) return errors::InvalidAction(call.params.Get("Action"));
  return (this->*it->second)(call);
}

http::AwsResult<Role> Actions::TakeRole(const Call& call) const {
  const std::string_view name = call.params.Get("RoleName");
  const Role* role = service.FindRole(name);
  if (!role) return errors::NoSuchRole(name);
  return *role;
}

void Actions::Answer(Call& call, const std::function<void(http::XmlWriter&)>& result) const {
  call.reply(
      http::RenderQueryResult(call.params.Get("Action"), kXmlNamespace, call.request_id, result));
}

void Actions::SaveAndAnswer(Call& call, const Role& role, bool gone,
                            const std::function<void(http::XmlWriter&)>& result) {
  service.Save(
      role, gone,
      http::RenderQueryResult(call.params.Get("Action"), kXmlNamespace, call.request_id, result),
      std::move(call.reply));
}

http::AwsResult<void> Actions::CreateRole(Call& call) {
  Role role;
  role.name = std::string(call.params.Get("RoleName"));
  if (!IsRoleName(role.name)) {
    return errors::Validation(
        "The specified value for roleName is invalid. It must contain only alphanumeric characters "
        "and/or the following: +=,.@_-");
  }
  if (service.FindRole(role.name)) return errors::RoleExists(role.name);
  if (service.roles_.size() >= kMaxRoles) {
    return errors::LimitExceeded(
        fmt::format("Cannot exceed quota for RolesPerAccount: {}", kMaxRoles));
  }
  role.trust_policy = std::string(call.params.Get("AssumeRolePolicyDocument"));
  if (const auto checked = CheckPolicy(role.trust_policy); !checked) return checked.error();
  if (const std::string* path = call.params.Find("Path")) role.path = *path;
  if (!role.path.starts_with('/') || !role.path.ends_with('/')) {
    return errors::Validation(
        "The specified value for path is invalid. It must begin and end with /");
  }
  role.description = std::string(call.params.Get("Description"));
  role.max_session_seconds = ParseInt(call.params.Get("MaxSessionDuration")).value_or(3600);
  role.id = "AROA" + NewId(service.dependencies_.prng, 17, kUpperAlnum);
  role.arn =
      fmt::format("arn:aws:iam::{}:role{}{}", service.options_.account, role.path, role.name);
  role.created = service.dependencies_.clock.WallNow();
  ReadTags(call.params, role.tags);
  SaveAndAnswer(call, role, false, [&](http::XmlWriter& xml) { WriteRole(xml, "Role", role); });
  return {};
}

http::AwsResult<void> Actions::GetRole(Call& call) {
  const auto role = TakeRole(call);
  if (!role) return role.error();
  Answer(call, [&](http::XmlWriter& xml) { WriteRole(xml, "Role", *role); });
  return {};
}

http::AwsResult<void> Actions::DeleteRole(Call& call) {
  const auto role = TakeRole(call);
  if (!role) return role.error();
  if (!role->inline_policies.empty()) return errors::DeleteConflict("delete policies");
  if (!role->attached_policies.empty()) return errors::DeleteConflict("detach all policies");
  SaveAndAnswer(call, *role, true);
  return {};
}

http::AwsResult<void> Actions::ListRoles(Call& call) {
  Answer(call, [&](http::XmlWriter& xml) {
    xml.Leaf("IsTruncated", false).Open("Roles");
    for (const auto& [name, role] : service.roles_) {
      if (!role.path.starts_with(call.params.Get("PathPrefix"))) continue;
      WriteRole(xml, "member", role);
    }
    xml.Close();
  });
  return {};
}

http::AwsResult<void> Actions::UpdateAssumeRolePolicy(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  role->trust_policy = std::string(call.params.Get("PolicyDocument"));
  if (const auto checked = CheckPolicy(role->trust_policy); !checked) return checked.error();
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::TagRole(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  ReadTags(call.params, role->tags);
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::PutRolePolicy(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  const std::string name(call.params.Get("PolicyName"));
  const std::string document(call.params.Get("PolicyDocument"));
  if (name.empty()) return errors::Validation("PolicyName must not be empty");
  if (const auto checked = CheckPolicy(document); !checked) return checked.error();
  if (!role->inline_policies.contains(name) &&
      role->inline_policies.size() >= kMaxPoliciesPerRole) {
    return errors::LimitExceeded("Cannot exceed the number of policies of a role");
  }
  role->inline_policies[name] = document;
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::GetRolePolicy(Call& call) {
  const auto role = TakeRole(call);
  if (!role) return role.error();
  const auto it = role->inline_policies.find(std::string(call.params.Get("PolicyName")));
  if (it == role->inline_policies.end())
    return errors::NoSuchRolePolicy(call.params.Get("PolicyName"));
  Answer(call, [&](http::XmlWriter& xml) {
    xml.Leaf("RoleName", role->name).Leaf("PolicyName", it->first);
    xml.Leaf("PolicyDocument", PercentEncode(it->second));
  });
  return {};
}

http::AwsResult<void> Actions::DeleteRolePolicy(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  if (role->inline_policies.erase(std::string(call.params.Get("PolicyName"))) == 0) {
    return errors::NoSuchRolePolicy(call.params.Get("PolicyName"));
  }
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::ListRolePolicies(Call& call) {
  const auto role = TakeRole(call);
  if (!role) return role.error();
  Answer(call, [&](http::XmlWriter& xml) {
    xml.Leaf("IsTruncated", false).Open("PolicyNames");
    for (const auto& [name, document] : role->inline_policies) xml.Leaf("member", name);
    xml.Close();
  });
  return {};
}

http::AwsResult<void> Actions::AttachRolePolicy(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  const std::string arn(call.params.Get("PolicyArn"));
  if (!arn.starts_with("arn:")) return errors::Validation("ARN " + arn + " is not valid.");
  role->attached_policies.insert(arn);
  if (role->attached_policies.size() > kMaxPoliciesPerRole) {
    return errors::LimitExceeded(
        fmt::format("Cannot exceed quota for PoliciesPerRole: {}", kMaxPoliciesPerRole));
  }
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::DetachRolePolicy(Call& call) {
  auto role = TakeRole(call);
  if (!role) return role.error();
  const std::string arn(call.params.Get("PolicyArn"));
  if (role->attached_policies.erase(arn) == 0) return errors::PolicyNotAttached(arn);
  SaveAndAnswer(call, *role);
  return {};
}

http::AwsResult<void> Actions::ListAttachedRolePolicies(Call& call) {
  const auto role = TakeRole(call);
  if (!role) return role.error();
  Answer(call, [&](http::XmlWriter& xml) {
    xml.Leaf("IsTruncated", false).Open("AttachedPolicies");
    for (const std::string& arn : role->attached_policies) {
      xml.Open("member").Leaf("PolicyName", arn.substr(arn.rfind('/') + 1));
      xml.Leaf("PolicyArn", arn).Close();
    }
    xml.Close();
  });
  return {};
}

}  // namespace lifeboat::iam
