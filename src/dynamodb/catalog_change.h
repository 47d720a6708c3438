// Changes of the catalog: one at a time for each table name, in the same way as writes of items go
// through evaluate, commit and acknowledge.
#pragma once

#include <functional>
#include <string>

#include "dynamodb/core.h"
#include "http/aws_error.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

/// Makes `next`, a copy of the live table's definition, into the new one; what must be durable
/// together with it goes into `also`.
using TableChange =
    std::function<http::AwsResult<void>(LiveTable& live, Table& next, storage::WriteBatch& also)>;
using TableChanged = std::function<void(http::AwsResult<const LiveTable*>)>;
/// Changes the table called `name` when it is its turn; `missing` is the refusal when there is
/// none. `done` gets the table after the change has become durable and visible.
void ChangeTable(Core& core, std::string name, http::AwsError missing, TableChange change,
                 TableChanged done);

/// Makes a new table of `make`'s result, whose name is `name`; may add to the batch. A table of
/// that name, or the same id, must not exist: `make` checks.
using TableMaker = std::function<http::AwsResult<Table>(storage::WriteBatch& also)>;
void CreateTableEntry(Core& core, std::string name, TableMaker make, TableChanged done);

/// Deletes the table called `name` with all its items. Its streams end, and stay with the log until
/// nobody may read them any more. `check` may refuse, and add to the batch. `done` gets what the
/// table was.
using TableRemoval =
    std::function<http::AwsResult<void>(const LiveTable& live, storage::WriteBatch& also)>;
using TableRemoved = std::function<void(http::AwsResult<LiveTable>)>;
void RemoveTable(Core& core, std::string name, http::AwsError missing, TableRemoval check,
                 TableRemoved done);

/// Removes what is left of tables that were deleted when their streams can't be read any more.
void DropOldStreams(Core& core, storage::WriteBatch& batch);

/// Removes items, indexes, log and counts of a table that stays; its numbering goes on.
void AppendEmptying(const Core& core, const LiveTable& live, storage::WriteBatch& batch);

}  // namespace lifeboat::dynamodb
