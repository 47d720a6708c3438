#include "replication/refill.h"

#include "base/log.h"
#include "replication/collector.h"
#include "replication/limits.h"
#include "replication/progress.h"
#include "storage/change_log.h"
#include "storage/generations.h"

namespace lifeboat::replication {

using storage::Space;

namespace {

std::string KeyOf(std::string_view what, storage::TableId table) {
  std::string key("replication/");
  key.append(what).append("/");
  AppendU64(key, table.value);
  return key;
}

std::string StateKey(storage::TableId table) { return KeyOf("refill", table); }
std::string SalvagePrefix(storage::TableId table) { return KeyOf("salvage", table); }

std::string EncodeState(Refill::Phase phase, uint64_t fork, const storage::Version& applied) {
  std::string value(1, static_cast<char>(phase));
  AppendVarint(value, fork);
  AppendVersion(value, applied);
  return value;
}

}  // namespace

std::string TableLogKey(storage::TableId table) { return KeyOf("table-log", table); }

storage::LogId LoadTableLog(const storage::Engine& engine, storage::TableId table,
                            storage::LogId region) {
  const auto stored = engine.Get(Space::kMeta, TableLogKey(table));
  if (!stored.ok() || !*stored) return region;
  ByteReader reader(**stored);
  const storage::LogId log{reader.U64()};
  return reader.done() ? log : region;
}

Refill::Refill(std::string self, storage::TableId table, Dependencies dependencies)
    : self_(std::move(self)), table_(table), d_(std::move(dependencies)) {
  const auto stored = d_.engine.Get(Space::kMeta, StateKey(table_));
  if (!stored.ok() || !*stored) return;
  ByteReader reader(**stored);
  const uint8_t phase = reader.U8();
  fork_ = reader.Varint();
  applied_ = storage::ReadVersion(reader);
  if (reader.done() && phase <= static_cast<uint8_t>(Phase::kFilling)) {
    phase_ = static_cast<Phase>(phase);
  }
}

void Refill::Fail(const Error& error) const {
  log::Error("table {:016x}: refilling stands still until the next start: {}", table_.value,
             error.message);
}

void Refill::Begin(uint64_t fork, storage::Version applied) {
  phase_ = Phase::kEmptying;
  fork_ = fork;
  applied_ = std::move(applied);
  storage::WriteBatch batch;
  batch.Put(Space::kMeta, StateKey(table_), EncodeState(phase_, fork_, applied_));
  d_.committer.Commit(std::move(batch), life_.Guard([this](const Status& status) {
    if (!status.ok()) Fail(status.error());
  }));
}

void Refill::EmptyTable(std::function<void(storage::LogId)> done) {
  StoreFrom(0, [this, done = std::move(done)] {
    const storage::LogId log = d_.draw_log();
    std::string name;
    AppendU64(name, log.value);
    storage::WriteBatch also;
    also.Put(Space::kMeta, TableLogKey(table_), std::move(name));
    also.Put(Space::kMeta, StateKey(table_), EncodeState(Phase::kFilling, fork_, applied_));
    also.Delete(Space::kMeta, CollectorKey(table_));
    const std::string progress = ProgressPrefix(table_);
    also.DeleteRange(Space::kMeta, progress, storage::PrefixEnd(progress));
    const auto emptied = life_.Guard([this, log, done](const Status& status) {
      if (!status.ok()) return Fail(status.error());
      phase_ = Phase::kFilling;
      done(log);
    });
    if (d_.rules.empties) return d_.applier.Empty(table_, std::move(also), emptied);
    d_.committer.Commit(std::move(also), emptied);
  });
}

// Only the last write of a key counts: a later one had the greater Version.
void Refill::StoreFrom(uint64_t after, std::function<void()> done) {
  if (!d_.rules.salvages) return done();
  const auto records =
      storage::ChangeLogReader(d_.engine, table_).Read(after, kCollectRecords, kSalvageBytes);
  if (!records.ok()) return Fail(records.error());
  if (records->empty()) return done();
  if (records->front().sequence > after + 1 && records->front().sequence > fork_ + 1) {
    log::Error(
        "table {:016x}: records before {} are no longer here; what was written in them and "
        "has not reached a peer is lost",
        table_.value, records->front().sequence);
  }
  storage::WriteBatch batch;
  for (const storage::ChangeRecord& record : *records) {
    const bool own = record.version.region == self_ && record.cause != storage::Cause::kReplicated;
    const bool known = record.sequence <= fork_ && record.version < applied_;
    if (!own || known) continue;
    batch.Put(Space::kMeta, SalvagePrefix(table_) + record.key, EncodeChangeRecord(record));
  }
  d_.committer.Commit(std::move(batch), life_.Guard([this, next = records->back().sequence,
                                                     done = std::move(done)](const Status& status) {
    if (!status.ok()) return Fail(status.error());
    StoreFrom(next, done);
  }));
}

void Refill::Finish(std::function<void()> done) {
  ApplyFrom(SalvagePrefix(table_), [this, done = std::move(done)] {
    storage::WriteBatch batch;
    batch.Delete(Space::kMeta, StateKey(table_));
    d_.committer.Commit(std::move(batch), life_.Guard([this, done](const Status& status) {
      if (!status.ok()) return Fail(status.error());
      phase_ = Phase::kNone;
      ++summary_.refills;
      log::Warn(
          "table {:016x}: refilled; of the writes since the fork {} were applied again, {} "
          "had lost",
          table_.value, summary_.applied, summary_.lost_count);
      done();
    }));
  });
}

void Refill::ApplyFrom(std::string cursor, std::function<void()> done) {
  const std::string prefix = SalvagePrefix(table_);
  const auto it = d_.engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  std::vector<Change> changes;
  storage::WriteBatch also;
  size_t bytes = 0;
  for (it->Seek(cursor); it->Valid() && bytes < kSalvageBytes; it->Next()) {
    auto record = storage::DecodeChangeRecord(it->value());
    also.Delete(Space::kMeta, std::string(it->key()));
    bytes += it->key().size() + it->value().size();
    cursor = std::string(it->key()) + '\0';
    if (!record.ok()) {
      log::Error("table {:016x}: a stored write is lost: {}", table_.value, record.error().message);
      continue;
    }
    const bool tombstone = !record->new_image;
    changes.push_back({std::move(record->key), std::move(record->version), tombstone,
                       tombstone ? std::string() : *std::move(record->new_image),
                       record->committed_at});
  }
  if (!it->status().ok()) return Fail(it->status().error());
  if (also.empty()) return done();
  const uint64_t count = changes.size();
  d_.applier.ApplySalvage(table_, std::move(changes), std::move(also),
                          life_.Guard([this, cursor, count, done = std::move(done)](
                                          const Status& status, std::vector<std::string> lost) {
                            if (!status.ok()) return Fail(status.error());
                            summary_.applied += count - lost.size();
                            summary_.lost_count += lost.size();
                            for (std::string& key : lost) {
                              log::Warn("table {:016x}: a write of {} was later elsewhere",
                                        table_.value, HexEncode(key));
                              if (summary_.lost.size() < kMaxLosers)
                                summary_.lost.push_back(std::move(key));
                            }
                            ApplyFrom(cursor, done);
                          }));
}

void Refill::Abandon() {
  if (phase_ == Phase::kNone) return;
  phase_ = Phase::kNone;
  const std::string prefix = SalvagePrefix(table_);
  storage::WriteBatch batch;
  batch.Delete(Space::kMeta, StateKey(table_));
  batch.DeleteRange(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  d_.committer.Commit(std::move(batch), life_.Guard([this](const Status& status) {
    if (!status.ok()) Fail(status.error());
  }));
  d_.applier.Reopen(table_);
}

}  // namespace lifeboat::replication
