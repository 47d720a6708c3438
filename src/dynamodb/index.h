// Secondary indexes: which entries a change of an item adds and removes. Entries are written in
// the batch of the item, so an index never disagrees with its table.
#pragma once

#include <optional>
#include <string>

#include "dynamodb/table.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

/// The attributes of `item` that `index` projects, keys always among them.
Item ProjectForIndex(const Table& table, const Index& index, const Item& item);
/// Adds to `batch` what brings every index of `table` from the old image to the new one. The
/// images are encoded items. kCorrupt when one cannot be read.
Status AppendIndexChanges(storage::WriteBatch& batch, const Table& table,
                          const std::optional<std::string>& old_image,
                          const std::optional<std::string>& new_image);
/// Adds the entry of one item in one index, if it has any: for backfilling.
void AppendIndexEntry(storage::WriteBatch& batch, const Table& table, const Index& index,
                      const Item& item);

}  // namespace lifeboat::dynamodb
