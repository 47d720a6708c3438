#include "iam/errors.h"

#include <fmt/format.h>

namespace lifeboat::iam::errors {

http::AwsError NoSuchRole(std::string_view name) {
  return {404, "NoSuchEntity", fmt::format("The role with name {} cannot be found.", name), ""};
}

http::AwsError NoSuchRolePolicy(std::string_view policy) {
  return {404, "NoSuchEntity", fmt::format("The role policy with name {} cannot be found.", policy),
          ""};
}

http::AwsError PolicyNotAttached(std::string_view arn) {
  return {404, "NoSuchEntity", fmt::format("Policy {} was not found.", arn), ""};
}

http::AwsError RoleExists(std::string_view name) {
  return {409, "EntityAlreadyExists", fmt::format("Role with name {} already exists.", name), ""};
}

http::AwsError DeleteConflict(std::string_view what) {
  return {409, "DeleteConflict", fmt::format("Cannot delete entity, must {} first.", what), ""};
}

http::AwsError Validation(std::string message) {
  return {400, "ValidationError", std::move(message), ""};
}

http::AwsError MalformedPolicy(std::string message) {
  return {400, "MalformedPolicyDocument", std::move(message), ""};
}

http::AwsError LimitExceeded(std::string message) {
  return {409, "LimitExceeded", std::move(message), ""};
}

http::AwsError InvalidAction(std::string_view action) {
  return {400, "InvalidAction",
          fmt::format("Could not find operation {} for version 2010-05-08", action), ""};
}

}  // namespace lifeboat::iam::errors
