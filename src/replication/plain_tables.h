// PlainTables: the plainest owner of a table that keeps the promises of interfaces.h. Tests and the
// simulator use it where only replication is in question; dynamodb is the real one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "replication/interfaces.h"
#include "replication/limits.h"
#include "storage/change_log.h"
#include "storage/committer.h"

namespace lifeboat::replication {

class PlainTables final : public ChangeApplier, public LogSource {
 public:
  /// True when the change with the first Version replaces the stored one (merge.h's Wins, or a
  /// wrong rule that a checker has to find out).
  using WinsRule =
      std::function<bool(const storage::Version&, const std::optional<storage::Version>&)>;
  struct Options {
    std::string region;
    storage::TableId table;
    WinsRule wins;
    uint64_t trim_step = kTrimStep;
    uint64_t generation = 1;  ///< Of this opening.
    /// A write that was made before the table was emptied has got a new Version.
    std::function<void(const Change& old, const storage::Version& now)> on_salvaged;
  };
  /// Reads its state back from the engine.
  PlainTables(Options options, const storage::Engine& engine, storage::Committer& committer,
              const Clock& clock, std::function<void()> log_moved);

  /// Puts an item, or deletes it (nullopt). `done` once it is durable, or is known not to be.
  storage::Version Write(const std::string& key, std::optional<std::string> image,
                         std::function<void(Status)> done);

  void ApplyRemote(storage::TableId table, std::vector<Change> changes, storage::WriteBatch also,
                   std::function<void(Status)> done) override;
  void DropTombstones(storage::TableId table, std::vector<Tombstone> tombstones,
                      storage::WriteBatch also, std::function<void(Status)> done) override;
  void Close(storage::TableId table, std::function<void()> idle) override;
  void Reopen(storage::TableId) override { closed_ = false; }
  void Empty(storage::TableId table, storage::WriteBatch also,
             std::function<void(Status)> done) override;
  void ApplySalvage(storage::TableId table, std::vector<Change> changes, storage::WriteBatch also,
                    std::function<void(Status, std::vector<std::string>)> done) override;
  void Observe(const storage::Version& version) override { versions_.Observe(version); }
  Head GetLogHead(storage::TableId table) const override;
  const storage::Generations& GetGenerations(storage::TableId) const override {
    return generations_;
  }
  /// False while the table is being refilled: nothing may be written then.
  bool open() const { return !closed_; }
  void SetReplicationBound(storage::TableId table, uint64_t first_needed) override;
  /// As streams do: nothing from this sequence on is trimmed.
  void SetOldestNeeded(uint64_t sequence) { oldest_needed_ = sequence; }

 private:
  struct Latest {
    std::optional<storage::StoredItem> item;
    int batches = 0;  ///< That touch the key and are not durable yet.
  };
  void Load();
  std::optional<storage::StoredItem> Stored(const std::string& key) const;
  void SetLatest(const std::string& key, std::optional<storage::StoredItem> item);
  /// Adds a write and its change record; `old` is what is stored now.
  void Put(storage::WriteBatch& batch, const std::string& key, storage::StoredItem item,
           std::optional<storage::StoredItem> old, storage::Cause cause);
  void Commit(storage::WriteBatch batch, uint64_t records, std::function<void(Status)> done);

  const Options options_;
  const storage::Engine& engine_;
  storage::Committer& committer_;
  const Clock& clock_;
  std::function<void()> log_moved_;
  storage::VersionClock versions_;
  std::map<std::string, Latest> latest_;  ///< Of keys with writes under way.
  storage::Generations generations_;
  bool closed_ = false;
  uint64_t last_ = 0, durable_ = 0;
  uint64_t oldest_needed_ = UINT64_MAX;
  uint64_t trimmed_below_ = 1;
  storage::Version frontier_;  ///< As far as it is durable.
  WallTime last_commit_;
};

}  // namespace lifeboat::replication
