// Errors of table operations and of global tables (errors.h has those of items); exact texts as
// recorded from AWS.
#pragma once

#include <string_view>
#include <vector>

#include "http/aws_error.h"

namespace lifeboat::dynamodb::errors {

using http::AwsError;

/// TableNotFoundException `Table not found: <table>`: backups and continuous backups.
AwsError TableNotFoundForBackups(std::string_view table);
AwsError DeletionProtected();
AwsError TooManyTables();
/// A parameter that AWS has and Lifeboat refuses instead of ignoring it.
AwsError NotSupportedHere(std::string_view parameter);

// ReplicaUpdates of version 2019.11.21.
AwsError ReplicaUpdateNotAlone();
AwsError SeveralReplicaActions();
AwsError SeveralKindsOfReplicaActions();
AwsError LocalRegionInReplicaUpdates();
AwsError ReplicaExistsAsTable(std::string_view table);
AwsError NotPartOfGlobalTable(std::string_view region);
AwsError EmptyReplicaAction();
AwsError RegionNotSupported(std::string_view region, const std::vector<std::string>& known);
AwsError ReplicaWriteCapacity(bool of_index);
AwsError ResourceBeingChanged();
AwsError ReplicaBeingAdded(std::string_view table, std::string_view region);
AwsError StreamOfReplica();
AwsError SourceOfRecentReplica();
AwsError ReplicaDeletionProtected(std::string_view table, std::string_view region);

// Version 2017.11.29.
AwsError LegacyGlobalTablesClosed();
/// `Global table not found: Global table with name: '<n>' does not exist.`
AwsError GlobalTableNotFound(std::string_view name);
/// The same without its first words, as the settings calls say it.
AwsError GlobalTableNotFoundForSettings(std::string_view name);

}  // namespace lifeboat::dynamodb::errors
