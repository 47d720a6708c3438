// IAM's actions on roles. An action either answers (at once, or through Service::Save) or returns
// the error to be answered.
#pragma once

#include <string>
#include <string_view>

#include "http/aws_error.h"
#include "http/message.h"
#include "iam/service.h"

namespace lifeboat::iam {

inline constexpr std::string_view kXmlNamespace = "https://iam.amazonaws.com/doc/2010-05-08/";

struct Call {
  const http::Params& params;
  std::string request_id;
  http::Reply reply;
};

struct Actions {
  Service& service;

  http::AwsResult<void> Run(Call& call);

  http::AwsResult<void> CreateRole(Call& call);
  http::AwsResult<void> GetRole(Call& call);
  http::AwsResult<void> DeleteRole(Call& call);
  http::AwsResult<void> ListRoles(Call& call);
  http::AwsResult<void> UpdateAssumeRolePolicy(Call& call);
  http::AwsResult<void> TagRole(Call& call);
  http::AwsResult<void> PutRolePolicy(Call& call);
  http::AwsResult<void> GetRolePolicy(Call& call);
  http::AwsResult<void> DeleteRolePolicy(Call& call);
  http::AwsResult<void> ListRolePolicies(Call& call);
  http::AwsResult<void> AttachRolePolicy(Call& call);
  http::AwsResult<void> DetachRolePolicy(Call& call);
  http::AwsResult<void> ListAttachedRolePolicies(Call& call);

  /// The role that RoleName names, to be changed and saved.
  http::AwsResult<Role> TakeRole(const Call& call) const;
  void Answer(Call& call, const std::function<void(http::XmlWriter&)>& result = nullptr) const;
  void SaveAndAnswer(Call& call, const Role& role, bool gone = false,
                     const std::function<void(http::XmlWriter&)>& result = nullptr);
};

}  // namespace lifeboat::iam
