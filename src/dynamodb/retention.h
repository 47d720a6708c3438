// Retention: which change records are still needed, and the trimming of the others. The newest
// record always stays: the numbering goes on from it after a restart.
#pragma once

#include "dynamodb/core.h"

namespace lifeboat::dynamodb {

/// Streams can be read for so long (Developer Guide, "Change data capture for DynamoDB Streams").
inline constexpr Duration kStreamRetention = Duration::Hours(24);

/// The first record that streams or point-in-time recovery still need; last + 1 when they need
/// none.
uint64_t OldestNeeded(const Core& core, const LiveTable& live);
/// The first record after `after` that was committed at or after `oldest`; last + 1 when all are
/// older.
uint64_t FirstSince(const Core& core, const LiveTable& live, uint64_t after, WallTime oldest);
/// Adds to `batch` the trimming of what nobody needs, and the storing of counts that have changed.
void Maintain(Core& core, LiveTable& live, storage::WriteBatch& batch);
/// What Maintain has added was not committed, on a full disk for instance: it is done again.
void ForgetMaintenance(LiveTable& live);

}  // namespace lifeboat::dynamodb
