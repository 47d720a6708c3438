#include "lambda/errors.h"

#include "json/value.h"
#include "lambda/limits.h"

namespace lifeboat::lambda {
namespace {

using http::AwsError;

AwsError NotFound(std::string message) {
  return {404, "ResourceNotFoundException", std::move(message), {}};
}

}  // namespace

AwsError FunctionNotFound(std::string_view function_arn) {
  return NotFound(fmt::format("Function not found: {}", function_arn));
}

AwsError NoPolicy() { return NotFound("The resource you requested does not exist."); }

AwsError StatementNotFound(std::string_view statement_id, std::string_view function_arn) {
  return NotFound(fmt::format("Statement {} is not found in resource policy of {}.", statement_id,
                              function_arn));
}

AwsError FunctionExists(std::string_view name) {
  return {409, "ResourceConflictException", fmt::format("Function already exist: {}", name), {}};
}

AwsError StatementExists(std::string_view statement_id) {
  return {409,
          "ResourceConflictException",
          fmt::format("The statement id ({}) provided already exists. Please provide a new "
                      "statement id, or remove the existing statement.",
                      statement_id),
          {}};
}

AwsError InvalidParameterValue(std::string message) {
  return {400, "InvalidParameterValueException", std::move(message), {}};
}

AwsError NotSupported(std::string_view what) {
  return InvalidParameterValue(http::NotSupported(what));
}

AwsError ConstraintViolation(std::string_view value, std::string_view member,
                             std::string_view constraint) {
  return {400,
          "ValidationException",
          fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy "
                      "constraint: {}",
                      value, member, constraint),
          {}};
}

AwsError RetiredRuntime(std::string_view runtime) {
  return InvalidParameterValue(
      fmt::format("The runtime parameter of {} is no longer supported for creating or updating "
                  "AWS Lambda functions. We recommend you use a supported runtime while creating "
                  "or updating functions.",
                  runtime));
}

AwsError NoInterpreter(const Runtime& runtime) {
  const bool is_node = runtime.language == Language::kNode;
  return InvalidParameterValue(
      fmt::format("This machine has no program that runs {}: install {}; `lifeboat runtimes` lists "
                  "what it has.",
                  runtime.name, is_node ? "Node.js 18 or newer" : "Python 3.9 or newer"));
}

AwsError ReservedVariables(const std::vector<std::string>& keys) {
  return InvalidParameterValue(
      fmt::format("Lambda was unable to configure your environment variables because the "
                  "environment variables you have provided contains reserved keys that are "
                  "currently not supported for modification. Reserved keys used in this request: "
                  "{}",
                  fmt::join(keys, ", ")));
}

AwsError CodeNotFetched(std::string_view s3_code, std::string_view s3_message) {
  return InvalidParameterValue(
      fmt::format("Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {}",
                  s3_code, s3_message));
}

AwsError BadZip(std::string_view why) {
  return InvalidParameterValue(fmt::format(
      "Could not unzip uploaded file. Please check your file, then try to upload again. "
      "({})",
      why));
}

AwsError UnparsableRequest(std::string_view why) {
  return {400, "SerializationException", std::string(why), {}};
}

AwsError UnparsablePayload(std::string_view why) {
  return {400,
          "InvalidRequestContentException",
          fmt::format("Could not parse request body into json: {}", why),
          {}};
}

AwsError PayloadTooLarge(size_t size, size_t limit) {
  return {413,
          "RequestTooLargeException",
          fmt::format("{} byte payload is too large for the request (limit {} bytes)", size, limit),
          {}};
}

AwsError CodeTooLarge(size_t size) {
  return InvalidParameterValue(
      fmt::format("Zipped size of {} bytes must be smaller than {} bytes", size, kMaxZipBytes));
}

AwsError PolicyTooLarge() {
  return {400,
          "PolicyLengthExceededException",
          fmt::format("The final policy size is bigger than the limit ({}).", kMaxPolicyBytes),
          {}};
}

AwsError TooManyRequests(std::string_view reason) {
  return {429, "TooManyRequestsException", "Rate Exceeded.", ",\"Reason\":" + json::Quote(reason)};
}

AwsError InvokeDenied(std::string_view principal, std::string_view function_arn) {
  return {
      403,
      "AccessDeniedException",
      fmt::format("User: {} is not authorized to perform: lambda:InvokeFunction on resource: {}",
                  principal, function_arn),
      {}};
}

AwsError PreconditionFailed() {
  return {412,
          "PreconditionFailedException",
          "The Revision Id provided does not match the latest Revision Id. Call the "
          "GetFunction/GetAlias API to retrieve the latest Revision Id",
          {}};
}

AwsError TooManyFunctions() {
  return {400,
          "CodeStorageExceededException",
          fmt::format("A region of this system holds at most {} functions.", kMaxFunctions),
          {}};
}

AwsError StorageFailed() {
  return {500, "ServiceException", "The change could not be written to storage.", {}};
}

AwsError UnknownOperation() { return {404, "UnknownOperationException", "", {}}; }

}  // namespace lifeboat::lambda
