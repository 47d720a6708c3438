#include "dynamodb/table_errors.h"

#include <fmt/format.h>

#include "dynamodb/errors.h"

namespace lifeboat::dynamodb::errors {
namespace {

AwsError BadRequest(std::string code, std::string message) {
  return {.status = 400, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

AwsError TableNotFoundForBackups(std::string_view table) {
  return BadRequest("TableNotFoundException", fmt::format("Table not found: {}", table));
}

AwsError DeletionProtected() {
  return Validation(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
      "protection first.");
}

AwsError TooManyTables() {
  return LimitExceeded("Subscriber limit exceeded: There is a limit of 2500 tables per subscriber");
}

AwsError NotSupportedHere(std::string_view parameter) {
  return Validation(http::NotSupported(parameter));
}

AwsError ReplicaUpdateNotAlone() {
  return InvalidParameterValues("Replica modification must be the only operation in the request");
}

AwsError SeveralReplicaActions() {
  return Validation(
      "Update table operation with more than one create or delete replica actions not allowed");
}

AwsError SeveralKindsOfReplicaActions() {
  return Validation(
      "Update table operation with more than one type of replica actions not allowed");
}

AwsError LocalRegionInReplicaUpdates() {
  return Validation(
      "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, "
      "or UpdateTable as required.");
}

AwsError ReplicaExistsAsTable(std::string_view table) {
  return Validation(
      fmt::format("Failed to create a the new replica of table with name: \u2018{}\u2019 because "
                  "one or more replicas already existed as tables.",
                  table));
}

AwsError NotPartOfGlobalTable(std::string_view region) {
  return Validation(
      fmt::format("Update global table operation failed because one or more replicas were not part "
                  "of the global table. Please retry the request without these replicas: [{}].",
                  region));
}

AwsError EmptyReplicaAction() {
  return Validation("There are no actions specified in the Replica Update Action of the request.");
}

AwsError RegionNotSupported(std::string_view region, const std::vector<std::string>& known) {
  return Validation(
      fmt::format("Region {} is not supported. The latest version of global tables are only "
                  "supported in the following regions: [{}]",
                  region, fmt::join(known, ", ")));
}

AwsError ReplicaWriteCapacity(bool of_index) {
  return Validation(fmt::format("{} write capacity should either be Pay-Per-Request or AutoScaled.",
                                of_index ? "GSI" : "Table"));
}

AwsError ResourceBeingChanged() {
  return ResourceInUse("The resource which you are attempting to change is in use.");
}

AwsError ReplicaBeingAdded(std::string_view table, std::string_view region) {
  return Validation(
      fmt::format("Create/Update/Delete of replica is not allowed while the replica is being added "
                  "to table with name: \u2018{}\u2019 in region: \u2018{}\u2019.",
                  table, region));
}

AwsError StreamOfReplica() {
  return InvalidParameterValues("Disabling Stream is not allowed for a Global Table replica.");
}

AwsError SourceOfRecentReplica() {
  return Validation(
      "Replica cannot be deleted because it has acted as a source region for new replica(s) being "
      "added to the table in the last 24 hours.");
}

AwsError ReplicaDeletionProtected(std::string_view table, std::string_view region) {
  return Validation(
      fmt::format("Cannot delete table {} in region {} because it has deletion protection enabled. "
                  "Disable deletion protection first.",
                  table, region));
}

AwsError LegacyGlobalTablesClosed() {
  return InvalidParameterValues(
      "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
      "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).");
}

AwsError GlobalTableNotFound(std::string_view name) {
  return BadRequest("GlobalTableNotFoundException",
                    fmt::format("Global table not found: Global table with name: '{}' does not "
                                "exist.",
                                name));
}

AwsError GlobalTableNotFoundForSettings(std::string_view name) {
  return BadRequest("GlobalTableNotFoundException",
                    fmt::format("Global table with name: '{}' does not exist.", name));
}

}  // namespace lifeboat::dynamodb::errors
