#include "replication/collector.h"

#include "base/log.h"
#include "replication/limits.h"
#include "storage/item.h"

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

void Collector::Step(const LogSource::Head& head, const Knowledge& knowledge) {
  if (busy_) return;
  if (waits_for_ && rule_(*waits_for_, knowledge) == Verdict::kKeep) return;
  waits_for_.reset();
  if (sweep_) return SweepOn(knowledge);
  if (seen_ > head.durable_sequence) seen_ = passed_ = 0;  // The table was made anew.
  if (seen_ == head.durable_sequence) return;
  const auto records =
      storage::ChangeLogReader(engine_, table_).Read(seen_, kCollectRecords, kMaxBodyBytes);
  if (!records.ok()) {
    return log::Error("table {:016x}: tombstones stay: {}", table_.value, records.error().message);
  }
  const uint64_t next = records->empty() ? head.durable_sequence + 1 : records->front().sequence;
  if (next == seen_ + 1) return Walk(*records, head.durable_sequence, knowledge);
  sweep_ = Sweep{head.frontier, next - 1, "", std::nullopt};
  SweepOn(knowledge);
}

void Collector::Walk(const std::vector<storage::ChangeRecord>& records, uint64_t head,
                     const Knowledge& knowledge) {
  Tombstones tombstones;
  for (const storage::ChangeRecord& record : records) {
    if (record.sequence > head) break;
    if (!record.new_image) {
      const Verdict verdict = rule_(record.version, knowledge);
      if (verdict == Verdict::kKeep) {
        waits_for_ = record.version;
        break;
      }
      if (verdict == Verdict::kDrop) tombstones.push_back({record.key, record.version});
    }
    seen_ = record.sequence;
  }
  // Moving over puts alone is worth a commit only now and then.
  if (!tombstones.empty() || seen_ - passed_ >= step_max_) Commit(seen_, std::move(tombstones));
}

void Collector::SweepOn(const Knowledge& knowledge) {
  const std::string prefix = storage::ItemPrefix(table_);
  const auto it = engine_.NewIterator(storage::Space::kItems, prefix, storage::PrefixEnd(prefix));
  Tombstones tombstones;
  size_t seen = 0;
  it->Seek(sweep_->cursor.empty() ? prefix : sweep_->cursor + '\0');
  for (; it->Valid() && seen < kCollectRecords; it->Next(), ++seen) {
    sweep_->cursor = it->key();
    auto item = storage::DecodeStoredItem(it->value());
    if (!item.ok() || !item->tombstone) continue;
    const Verdict verdict = rule_(item->version, knowledge);
    if (verdict == Verdict::kDrop) {
      tombstones.push_back({std::string(it->key()), std::move(item->version)});
    } else if (verdict == Verdict::kKeep && item->version < sweep_->below) {
      sweep_->kept = std::move(item->version);
    }
  }
  const bool complete = it->status().ok() && !it->Valid();
  if (complete && sweep_->kept) {
    sweep_->cursor.clear();  // Once more.
    waits_for_ = std::exchange(sweep_->kept, std::nullopt);
  } else if (complete) {
    seen_ = sweep_->resume_after;
    sweep_.reset();
  }
  if (!tombstones.empty() || seen_ != passed_) Commit(seen_, std::move(tombstones));
}

void Collector::Commit(uint64_t through, Tombstones tombstones) {
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
