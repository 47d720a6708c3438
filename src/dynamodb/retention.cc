#include "dynamodb/retention.h"

#include <algorithm>

namespace lifeboat::dynamodb {
namespace {

/// Records looked at in one go to find those that are too old.
constexpr size_t kReadRecords = 256;
constexpr size_t kReadBytes = 4 << 20;
/// Trimming leaves a range tombstone in the engine, so it is not done for less.
constexpr uint64_t kMinTrimmed = 1000;

}  // namespace

uint64_t FirstSince(const Core& core, const LiveTable& live, uint64_t after, WallTime oldest) {
  const storage::ChangeLogReader reader(core.d.engine, live.table().id);
  if (live.trimmed_below > 0) after = std::max(after, live.trimmed_below - 1);
  for (size_t count = 1;; count = kReadRecords) {  // Mostly the first one tells.
    const auto records = reader.Read(after, count, kReadBytes);
    if (!records) return after + 1;  // What cannot be read is kept.
    if (records->empty()) return std::max(after, live.log.durable()) + 1;
    for (const storage::ChangeRecord& record : *records) {
      if (record.committed_at >= oldest) return record.sequence;
    }
    after = records->back().sequence;
  }
}

namespace {

/// Streams that can still be read, the enabled one and those disabled not long ago.
std::optional<uint64_t> NeededByStreams(const Core& core, const LiveTable& live) {
  std::optional<uint64_t> needed;
  const WallTime oldest = core.now() - kStreamRetention;
  for (const Stream& stream : live.table().streams) {
    if (stream.disabled_at && *stream.disabled_at < oldest) continue;
    const uint64_t first = FirstSince(core, live, stream.after_sequence, oldest);
    needed = std::min(needed.value_or(first), first);
  }
  return needed;
}

std::optional<uint64_t> NeededByRecovery(const Core& core, const LiveTable& live) {
  const PointInTimeRecovery& pitr = live.table().pitr;
  if (!pitr.enabled) return std::nullopt;
  const WallTime oldest = core.now() - Duration::Hours(24 * pitr.period_days);
  if (oldest <= pitr.enabled_at) return pitr.after_sequence + 1;
  return FirstSince(core, live, pitr.after_sequence, oldest);
}

void StoreStats(LiveTable& live, storage::WriteBatch& batch) {
  if (live.stats.sequence == live.stats_stored_at) return;
  batch.Put(storage::Space::kMeta, StatsMetaKey(live.table().id), EncodeStats(live.stats));
  live.stats_stored_at = live.stats.sequence;
}

}  // namespace

uint64_t OldestNeeded(const Core& core, const LiveTable& live) {
  const uint64_t none = live.log.durable() + 1;
  return std::min(NeededByStreams(core, live).value_or(none),
                  NeededByRecovery(core, live).value_or(none));
}

void Maintain(Core& core, LiveTable& live, storage::WriteBatch& batch) {
  if (live.deleting) return;
  StoreStats(live, batch);
  if (live.changing || live.log.durable() < live.trimmed_below + kMinTrimmed) return;
  // Counts are stored in this very batch, so a trimmed record is never counted again.
  uint64_t first_kept = live.log.durable();
  if (live.table().is_global()) first_kept = std::min(first_kept, live.replication_bound);
  if (first_kept < live.trimmed_below + kMinTrimmed) return;
  first_kept = std::min(first_kept, OldestNeeded(core, live));
  if (first_kept < live.trimmed_below + kMinTrimmed) return;
  storage::TrimLog(batch, live.table().id, first_kept);
  live.trimmed_below = first_kept;
}

void ForgetMaintenance(LiveTable& live) {
  live.stats_stored_at = 0;
  live.trimmed_below = 0;
}

}  // namespace lifeboat::dynamodb
