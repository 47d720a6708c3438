#include "cloudformation/errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lifeboat::cloudformation {

using http::AwsError;

AwsError ValidationError(std::string message) {
  return {400, "ValidationError", std::move(message), ""};
}
AwsError NoSuchStackId(std::string_view name) {
  return ValidationError(fmt::format("Stack with id {} does not exist", name));
}
AwsError NoSuchStack(std::string_view name) {
  return ValidationError(fmt::format("Stack [{}] does not exist", name));
}
AwsError StackAlreadyExists(std::string_view name) {
  return {400, "AlreadyExistsException", fmt::format("Stack [{}] already exists", name), ""};
}
AwsError StackStateForbids(std::string_view stack_id, std::string_view status) {
  return ValidationError(
      fmt::format("Stack:{} is in {} state and can not be updated.", stack_id, status));
}
AwsError ChangeSetNotFound(std::string_view name) {
  return {404, "ChangeSetNotFound", fmt::format("ChangeSet [{}] does not exist", name), ""};
}
AwsError ChangeSetAlreadyExists(std::string_view name, std::string_view stack) {
  return {400, "AlreadyExistsException",
          fmt::format("ChangeSet {} cannot be created due to a mismatch with existing attribute "
                      "Name for stack {}",
                      name, stack),
          ""};
}
AwsError InvalidChangeSetStatus(std::string_view id, std::string_view status) {
  return {
      400, "InvalidChangeSetStatus",
      fmt::format("ChangeSet [{}] cannot be executed in its current status of [{}]", id, status),
      ""};
}
AwsError InsufficientCapabilities(const std::vector<std::string>& capabilities) {
  return {400, "InsufficientCapabilitiesException",
          fmt::format("Requires capabilities : [{}]", fmt::join(capabilities, ", ")), ""};
}
AwsError LimitExceeded(std::string message) {
  return {400, "LimitExceededException", std::move(message), ""};
}
AwsError InvalidAction(std::string_view action) {
  return {400, "InvalidAction",
          fmt::format("Could not find operation {} for version 2010-05-15", action), ""};
}
AwsError InternalFailure() {
  return {500, "InternalFailure", "The request processing has failed because of an unknown error.",
          ""};
}

}  // namespace lifeboat::cloudformation
