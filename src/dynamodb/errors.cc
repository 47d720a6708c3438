#include "dynamodb/errors.h"

#include <fmt/format.h>

#include <algorithm>

#include "dynamodb/wire.h"
#include "json/value.h"

namespace lifeboat::dynamodb {
namespace {

// More violations than this are not told.
constexpr size_t kMaxViolationsTold = 10;

constexpr std::string_view kServicePrefix = "com.amazon.coral.service#";
constexpr std::string_view kValidatePrefix = "com.amazon.coral.validate#";
constexpr std::string_view kAvailabilityPrefix = "com.amazon.coral.availability#";
constexpr std::string_view kModelPrefix = "com.amazonaws.dynamodb.v20120810#";

// Errors of the layers before DynamoDB's own.
constexpr std::string_view kServiceCodes[] = {
    "AccessDeniedException",       "IncompleteSignatureException",
    "InvalidSignatureException",   "MissingAuthenticationTokenException",
    "SerializationException",      "UnknownOperationException",
    "UnrecognizedClientException",
};

std::string_view PrefixOf(std::string_view code) {
  if (code == "ValidationException") return kValidatePrefix;
  if (code == "ThrottlingException") return kAvailabilityPrefix;
  if (std::find(std::begin(kServiceCodes), std::end(kServiceCodes), code) !=
      std::end(kServiceCodes)) {
    return kServicePrefix;
  }
  return kModelPrefix;
}

std::string_view MessageKeyOf(const http::AwsError& error) {
  const std::string& code = error.code;
  // A failed condition that shows its item is written by a newer part of AWS's.
  const bool shows_item = code == "ConditionalCheckFailedException" && !error.extra_members.empty();
  const bool capital = code == "SerializationException" || code == "AccessDeniedException" ||
                       code == "TransactionCanceledException" || shows_item;
  return capital ? "Message" : "message";
}

http::AwsError BadRequest(std::string code, std::string message) {
  return {.status = 400, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

http::Response Render(const http::AwsError& error, std::string_view content_type) {
  return http::RenderJsonError(error, PrefixOf(error.code), content_type, MessageKeyOf(error));
}

namespace errors {

AwsError Serialization(std::string message) {
  return BadRequest("SerializationException", std::move(message));
}

AwsError UnknownOperation(std::string_view operation) {
  if (operation.empty()) return BadRequest("UnknownOperationException", "");
  return BadRequest("UnknownOperationException",
                    fmt::format("The operation {} is not offered by Lifeboat", operation));
}

AwsError AccessDenied(std::string message) {
  return BadRequest("AccessDeniedException", std::move(message));
}

AwsError InternalServerError(std::string message) {
  return {.status = 500, .code = "InternalServerError", .message = std::move(message)};
}

AwsError ServiceUnavailable(std::string message) {
  return {.status = 503, .code = "ServiceUnavailable", .message = std::move(message)};
}

AwsError Throttling(std::string message) {
  return BadRequest("ThrottlingException", std::move(message));
}

AwsError Validation(std::string message) {
  return BadRequest("ValidationException", std::move(message));
}

AwsError InvalidParameterValues(std::string_view what) {
  return Validation(fmt::format("One or more parameter values were invalid: {}", what));
}

AwsError ConstraintViolations(const std::vector<std::string>& violations) {
  const size_t count = std::min(violations.size(), kMaxViolationsTold);
  std::string message =
      fmt::format("{} validation error{} detected: ", count, count == 1 ? "" : "s");
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) message += "; ";
    message += violations[i];
  }
  return Validation(std::move(message));
}

AwsError NestingTooDeep() {
  return Validation(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

AwsError InEnvelope(AwsError error) {
  const std::string_view text = error.message;
  const size_t number = std::min(text.find(' '), text.size());
  const bool has_one = text.substr(number).starts_with(" validation error");
  if (error.code == "ValidationException" && !has_one) {
    error.message.insert(0, "1 validation error detected: ");
  }
  return error;
}

AwsError ResourceNotFound() {
  return BadRequest("ResourceNotFoundException", "Requested resource not found");
}

AwsError ResourceNotFound(std::string_view what) {
  return BadRequest("ResourceNotFoundException",
                    fmt::format("Requested resource not found: {}", what));
}

AwsError TableNotFound(std::string_view table) {
  return ResourceNotFound(fmt::format("Table: {} not found", table));
}

AwsError StreamNotFound(std::string_view arn) {
  return ResourceNotFound(fmt::format("Stream: {} not found", arn));
}

AwsError TableAlreadyExists(std::string_view table) {
  return ResourceInUse(fmt::format("Table already exists: {}", table));
}

AwsError ResourceInUse(std::string message) {
  return BadRequest("ResourceInUseException", std::move(message));
}

AwsError TableIsBeing(std::string_view doing, std::string_view table) {
  return ResourceInUse(fmt::format(
      "Attempt to change a resource which is still in use: Table is being {}: {}", doing, table));
}

AwsError LimitExceeded(std::string message) {
  return BadRequest("LimitExceededException", std::move(message));
}

AwsError ConditionalCheckFailed(const Item* item) {
  AwsError error = BadRequest("ConditionalCheckFailedException", "The conditional request failed");
  if (item != nullptr) {
    error.extra_members = ",\"Item\":";
    AppendJson(error.extra_members, *item);
  }
  return error;
}

AwsError TransactionConflict() {
  return BadRequest("TransactionConflictException", "Transaction is ongoing for the item");
}

AwsError TransactionInProgress() {
  return BadRequest("TransactionInProgressException",
                    "The transaction with the given request token is already in progress.");
}

AwsError IdempotentParameterMismatch() {
  return BadRequest("IdempotentParameterMismatchException",
                    "The provided idempotent token does not match the parameters of the original "
                    "request");
}

AwsError TransactionCanceled(const std::vector<CancellationReason>& reasons) {
  std::string codes;
  std::string details = ",\"CancellationReasons\":[";
  for (size_t i = 0; i < reasons.size(); ++i) {
    const CancellationReason& reason = reasons[i];
    codes += (i > 0 ? ", " : "") + reason.code;
    details += (i > 0 ? ",{\"Code\":" : "{\"Code\":") + json::Quote(reason.code);
    if (!reason.message.empty()) details += ",\"Message\":" + json::Quote(reason.message);
    if (reason.item) {
      details += ",\"Item\":";
      AppendJson(details, *reason.item);
    }
    details += '}';
  }
  AwsError error = BadRequest(
      "TransactionCanceledException",
      fmt::format("Transaction cancelled, please refer cancellation reasons for specific reasons "
                  "[{}]",
                  codes));
  error.extra_members = details + "]";
  return error;
}

AwsError ProvisionedThroughputExceeded() {
  return BadRequest(
      "ProvisionedThroughputExceededException",
      "The level of configured provisioned throughput for the table was exceeded. Consider "
      "increasing your provisioning level with the UpdateTable API.");
}

AwsError ItemCollectionSizeLimitExceeded() {
  return BadRequest("ItemCollectionSizeLimitExceededException",
                    "Item collection size limit of 10 GB exceeded");
}

AwsError ReplicaAlreadyExists(std::string message) {
  return BadRequest("ReplicaAlreadyExistsException", std::move(message));
}

AwsError ReplicaNotFound(std::string message) {
  return BadRequest("ReplicaNotFoundException", std::move(message));
}

AwsError ReplicatedWriteConflict() {
  return BadRequest("ReplicatedWriteConflictException",
                    "One or more items in this request are being modified by a request in another "
                    "Region.");
}

AwsError ExpiredIterator(std::string message) {
  return BadRequest("ExpiredIteratorException", std::move(message));
}

AwsError TrimmedDataAccess(std::string message) {
  return BadRequest("TrimmedDataAccessException", std::move(message));
}

}  // namespace errors
}  // namespace lifeboat::dynamodb
