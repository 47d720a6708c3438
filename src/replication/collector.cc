#include "replication/collector.h"

#include "base/log.h"
#include "replication/limits.h"
#include "storage/change_log.h"

namespace lifeboat::replication {

std::string CollectorKey(storage::TableId table) {
  std::string key = "replication/collected/";
  AppendU64(key, table.value);
  return key;
}

Collector::Collector(storage::TableId table, const storage::Engine& engine, ChangeApplier& applier,
                     TombstoneRule rule, uint64_t step_max)
    : table_(table),
      engine_(engine),
      applier_(applier),
      rule_(std::move(rule)),
      step_max_(step_max) {
  // A place that cannot be read counts as the beginning: walking again harms nothing.
  const auto stored = engine_.Get(storage::Space::kMeta, CollectorKey(table));
  if (stored.ok() && *stored) passed_ = ByteReader(**stored).U64();
  seen_ = passed_;
}

void Collector::Step(uint64_t head, const Knowledge& knowledge) {
  if (busy_) return;
  if (seen_ > head) seen_ = passed_ = 0;  // The table was made anew, and its log with it.
  if (seen_ == head) return;
  const auto records =
      storage::ChangeLogReader(engine_, table_).Read(seen_, kCollectRecords, kMaxBodyBytes);
  if (!records.ok()) {
    return log::Error("table {:016x}: tombstones stay: {}", table_.value, records.error().message);
  }
  std::vector<ChangeApplier::Tombstone> tombstones;
  uint64_t through = seen_;
  for (const storage::ChangeRecord& record : *records) {
    if (record.sequence > head) break;
    if (!record.new_image) {
      const Verdict verdict = rule_(record.version, knowledge);
      if (verdict == Verdict::kKeep) break;
      if (verdict == Verdict::kDrop) tombstones.push_back({record.key, record.version});
    }
    through = record.sequence;
  }
  seen_ = through;
  // Moving over puts alone is worth a commit only now and then.
  if (!tombstones.empty() || seen_ - passed_ >= step_max_) Commit(seen_, std::move(tombstones));
}

void Collector::Commit(uint64_t through, std::vector<ChangeApplier::Tombstone> tombstones) {
  busy_ = true;
  std::string place;
  AppendU64(place, through);
  storage::WriteBatch also;
  also.Put(storage::Space::kMeta, CollectorKey(table_), std::move(place));
  applier_.DropTombstones(table_, std::move(tombstones), std::move(also),
                          life_.Guard([this, through](const Status& status) {
                            busy_ = false;
                            if (status.ok()) passed_ = through;
                            if (!status.ok()) seen_ = passed_;
                          }));
}

}  // namespace lifeboat::replication
