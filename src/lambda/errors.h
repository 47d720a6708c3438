// The errors of Lambda's API, one factory each, with AWS's types, statuses and texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"
#include "lambda/runtimes.h"

namespace lifeboat::lambda {

http::AwsError FunctionNotFound(std::string_view function_arn);
http::AwsError NoPolicy();
http::AwsError StatementNotFound(std::string_view statement_id, std::string_view function_arn);
http::AwsError FunctionExists(std::string_view name);
http::AwsError StatementExists(std::string_view statement_id);
http::AwsError InvalidParameterValue(std::string message);
/// A part of AWS's Lambda that this system doesn't have yet.
http::AwsError NotSupported(std::string_view what);
/// A member that breaks the model's constraint, in AWS's words.
http::AwsError ConstraintViolation(std::string_view value, std::string_view member,
                                   std::string_view constraint);
http::AwsError RetiredRuntime(std::string_view runtime);
/// This machine has no program that runs it, which AWS never says.
http::AwsError NoInterpreter(const Runtime& runtime);
http::AwsError ReservedVariables(const std::vector<std::string>& keys);
http::AwsError CodeNotFetched(std::string_view s3_code, std::string_view s3_message);
/// `why` goes behind the sentence that AWS has for every damaged package.
http::AwsError BadZip(std::string_view why);
http::AwsError UnparsableRequest(std::string_view why);
http::AwsError UnparsablePayload(std::string_view why);
http::AwsError PayloadTooLarge(size_t size, size_t limit);
http::AwsError CodeTooLarge(size_t size);
http::AwsError PolicyTooLarge();
/// `reason` is AWS's Reason member, for instance ConcurrentInvocationLimitExceeded.
http::AwsError TooManyRequests(std::string_view reason);
/// A service that the function's policy doesn't let invoke it.
http::AwsError InvokeDenied(std::string_view principal, std::string_view function_arn);
http::AwsError PreconditionFailed();
http::AwsError TooManyFunctions();
http::AwsError StorageFailed();
http::AwsError UnknownOperation();

}  // namespace lifeboat::lambda
