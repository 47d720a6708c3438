// Work that follows a change of a table's indexes: entries of a dropped index are deleted, and a
// new index gets entries for the items that were there before it. Both start over after a crash;
// both are idempotent.
#pragma once

#include "dynamodb/core.h"

namespace lifeboat::dynamodb {

/// Starts what the table's definition asks for; nothing is started twice.
void StartBackfills(Core& core, storage::TableId id);
/// `given` are another region's indexes for the same table: takes over the numbers and states of
/// those that `now` has too; others become backfilling or dropped.
void AdoptIndexes(const Table& now, Table& given);
/// Takes `name` out of the table's indexes; its entries follow.
void DropIndex(Table& table, std::string_view name);

}  // namespace lifeboat::dynamodb
