// IAM's errors (IAM API Reference, "Common errors" and each action's list).
#pragma once

#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::iam::errors {

http::AwsError NoSuchRole(std::string_view name);
http::AwsError NoSuchRolePolicy(std::string_view policy);
http::AwsError PolicyNotAttached(std::string_view arn);
http::AwsError RoleExists(std::string_view name);
/// A role that still has policies can't be deleted.
http::AwsError DeleteConflict(std::string_view what);
http::AwsError Validation(std::string message);
http::AwsError MalformedPolicy(std::string message);
http::AwsError LimitExceeded(std::string message);
http::AwsError InvalidAction(std::string_view action);

}  // namespace lifeboat::iam::errors
