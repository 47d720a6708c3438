// DynamoDB's errors, each with its name and AWS's text, and how they stand on the wire
// (Developer Guide, "Error handling with DynamoDB"; API Reference, "Common Errors").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/attribute_value.h"
#include "http/aws_error.h"

namespace lifeboat::dynamodb {

/// The answer for `error`, with the `__type` prefix that belongs to its code. `content_type` is
/// what the request sent.
http::Response Render(const http::AwsError& error, std::string_view content_type);

namespace errors {

using http::AwsError;

// Of the protocol layer.
AwsError Serialization(std::string message);
/// AWS leaves the message empty; ours says whose lack it is.
AwsError UnknownOperation(std::string_view operation);
AwsError AccessDenied(std::string message);
AwsError InternalServerError(std::string message = "Internal server error");
AwsError ServiceUnavailable(std::string message);
AwsError Throttling(std::string message = "Rate exceeded");

/// ValidationException with `message` as it is.
AwsError Validation(std::string message);
/// `One or more parameter values were invalid: <what>`.
AwsError InvalidParameterValues(std::string_view what);
/// `1 validation error detected: ...` or `<n> validation errors detected: ...; ...`. Each violation
/// is `Value '..' at '..' failed to satisfy constraint: ..`; no more than ten are told.
AwsError ConstraintViolations(const std::vector<std::string>& violations);

/// More levels of lists and maps than an item may have.
AwsError NestingTooDeep();
/// `error` with `1 validation error detected: ` before its message when it is a
/// ValidationException that does not begin so yet: PutItem, UpdateItem and DeleteItem answer
/// refusals of values and expressions in this form.
AwsError InEnvelope(AwsError error);

/// `Requested resource not found`: item operations, which do not name the table.
AwsError ResourceNotFound();
/// `Requested resource not found: <what>`, for instance `Table: t not found`.
AwsError ResourceNotFound(std::string_view what);
/// `Requested resource not found: Table: <table> not found`.
AwsError TableNotFound(std::string_view table);
/// `Requested resource not found: Stream: <arn> not found`.
AwsError StreamNotFound(std::string_view arn);
/// `Table already exists: <table>`.
AwsError TableAlreadyExists(std::string_view table);
/// ResourceInUseException with `message` as it is.
AwsError ResourceInUse(std::string message);
/// `Attempt to change a resource which is still in use: Table is being created: <table>`; `doing`
/// is `created`, `updated` or `deleted`.
AwsError TableIsBeing(std::string_view doing, std::string_view table);
AwsError LimitExceeded(std::string message);

/// `The conditional request failed`, with the item when ReturnValuesOnConditionCheckFailure asks
/// for it and there is one.
AwsError ConditionalCheckFailed(const Item* item = nullptr);
AwsError TransactionConflict();
AwsError TransactionInProgress();
AwsError IdempotentParameterMismatch();
/// Why one action of a transaction was refused; code `None` when it was not.
struct CancellationReason {
  std::string code = "None";
  std::string message;
  std::optional<Item> item;
};
AwsError TransactionCanceled(const std::vector<CancellationReason>& reasons);

AwsError ProvisionedThroughputExceeded();
AwsError ItemCollectionSizeLimitExceeded();
AwsError ReplicaAlreadyExists(std::string message);
AwsError ReplicaNotFound(std::string message);
AwsError ReplicatedWriteConflict();

// Of streams.
AwsError ExpiredIterator(std::string message);
AwsError TrimmedDataAccess(std::string message);

}  // namespace errors
}  // namespace lifeboat::dynamodb
