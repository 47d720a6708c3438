// The last writer wins (docs/replication.md, section 2).
#pragma once

#include <optional>

#include "storage/item.h"

namespace lifeboat::replication {

/// True when a change with the Version `incoming` replaces what is stored.
bool Wins(const storage::Version& incoming, const std::optional<storage::Version>& stored);

/// The one with the greater Version; `a` when they are equal, for then they are the same write.
const storage::StoredItem& Merge(const storage::StoredItem& a, const storage::StoredItem& b);

}  // namespace lifeboat::replication
