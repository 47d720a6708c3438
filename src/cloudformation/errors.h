// CloudFormation's errors (API Reference, "Common errors" and each action's), one factory each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"

namespace lifeboat::cloudformation {

http::AwsError ValidationError(std::string message);
/// `Stack with id X does not exist`: DescribeStacks and GetTemplate.
http::AwsError NoSuchStackId(std::string_view name);
/// `Stack [X] does not exist`: events, resources and change sets.
http::AwsError NoSuchStack(std::string_view name);
http::AwsError StackAlreadyExists(std::string_view name);
http::AwsError StackStateForbids(std::string_view stack_id, std::string_view status);
http::AwsError ChangeSetNotFound(std::string_view name);
http::AwsError ChangeSetAlreadyExists(std::string_view name, std::string_view stack);
http::AwsError InvalidChangeSetStatus(std::string_view id, std::string_view status);
http::AwsError InsufficientCapabilities(const std::vector<std::string>& capabilities);
http::AwsError LimitExceeded(std::string message);
http::AwsError InvalidAction(std::string_view action);
http::AwsError InternalFailure();

using http::NotSupported;

/// What a change set fails with when nothing would change.
inline constexpr std::string_view kNoChanges =
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set.";
/// What an update meets, since stacks are made and deleted here but not yet changed.
inline constexpr std::string_view kUpdateNotSupported =
    "Updating a stack is not supported by Lifeboat yet: delete the stack and create it anew.";

}  // namespace lifeboat::cloudformation
