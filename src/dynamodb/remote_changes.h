// Changes that come from peers: the receiving half of replication, as far as it touches items.
#pragma once

#include <functional>
#include <vector>

#include "dynamodb/core.h"

namespace lifeboat::dynamodb {

/// See Service::ApplyRemote.
void ApplyRemoteChanges(Core& core, storage::TableId table, std::vector<RemoteChange> changes,
                        storage::WriteBatch also, std::function<void(Status)> done);

/// See Service::ApplySalvage.
void ApplySalvagedWrites(Core& core, storage::TableId table, std::vector<RemoteChange> writes,
                         storage::WriteBatch also,
                         std::function<void(Status, std::vector<std::string>)> done);

/// See Service::EmptyTable.
void EmptyTable(Core& core, storage::TableId table, storage::WriteBatch also,
                std::function<void(Status)> done);

/// See Service::DropTombstones.
void DropTombstones(Core& core, storage::TableId table, std::vector<TombstoneToDrop> tombstones,
                    storage::WriteBatch also, std::function<void(Status)> done);

}  // namespace lifeboat::dynamodb
