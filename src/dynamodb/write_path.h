// WritePath: the four stages of every write. Evaluate (when the write is first in the queues of
// its keys: read, judge, say what changes), order (Versions, sequences, change records, index
// entries, all in one batch), commit, acknowledge (when the batch is durable). Nothing here waits:
// a write whose key is busy is parked, and resumed by the commit that it waits for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dynamodb/catalog.h"
#include "dynamodb/key_queue.h"
#include "http/aws_error.h"
#include "storage/change_log.h"
#include "storage/committer.h"
#include "storage/engine.h"
#include "storage/item.h"
#include "storage/item_cache.h"
#include "storage/version.h"

namespace lifeboat::dynamodb {

/// What a write does to one item.
struct ItemChange {
  storage::TableId table;
  std::string key;                       ///< In Space::kItems.
  std::optional<std::string> old_image;  ///< As it is stored now; nullopt: there is no item.
  std::optional<std::string> new_image;  ///< nullopt: there shall be none.
  storage::Cause cause = storage::Cause::kClient;
  std::optional<storage::Version> version;  ///< Of a peer's change; a local one gets its own.
};

class WritePath {
 public:
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Catalog& catalog;
    storage::VersionClock& versions;
    uint64_t generation = 0;
  };
  explicit WritePath(Dependencies dependencies, size_t cache_bytes = 32 << 20)
      : d_(dependencies), cache_(cache_bytes) {}

  /// What evaluation asks for: changes of items, and other operations for the same batch. With
  /// neither, nothing is committed and the write is done.
  struct Evaluated {
    std::vector<ItemChange> changes;
    storage::WriteBatch also;
    bool refills = false;  ///< A write of our own that goes into a table that is closed.
  };
  /// Runs once, when it is the write's turn; an error ends the write. It may have effects on state
  /// in memory: when it succeeds, its batch is handed to the committer before anything else runs.
  using Evaluate = std::function<http::AwsResult<Evaluated>()>;
  /// Runs once: when the write is durable, or has failed. After it the keys are free.
  using Done = std::function<void(http::AwsResult<void>)>;
  void Submit(std::vector<std::string> keys, KeyQueue::Kind kind, Evaluate evaluate, Done done);
  bool InTransaction(const std::string& key) const { return queue_.InTransaction(key); }

  /// The item as it is stored, tombstones included: what the engine would say now.
  Result<std::optional<storage::StoredItem>> Read(const std::string& key);

  /// No later local write gets a Version below this one, also after a crash: it is what the engine
  /// holds for sure. What was only observed and not committed is not in it.
  const storage::Version& frontier() const { return frontier_; }
  /// What the engine holds at the start.
  void SetFrontier(storage::Version frontier) { frontier_ = std::move(frontier); }

  /// Called once for each table to whose log a durable commit has added.
  void WatchLog(std::function<void(storage::TableId)> watcher) { watcher_ = std::move(watcher); }
  /// After a failed commit all writes are refused until this finds that nothing is under way any
  /// more; it then reads from the engine what has become of them.
  void Tick();
  size_t parked_and_under_way() const { return queue_.size(); }

 private:
  struct Logged {
    storage::TableId table;
    uint64_t sequence;
    std::optional<std::string> old_image;
    std::optional<std::string> new_image;
    /// Under which what is stored from the commit on is to be remembered; empty: it is not.
    std::string hot_key;
    std::optional<std::string> stored;
  };
  /// True for a client's write into a table that was closed while it waited.
  bool IsRefused(const Evaluated& evaluated) const;
  Status Order(Evaluated& evaluated, storage::WriteBatch& batch, std::vector<Logged>& logged);
  void OrderOne(ItemChange& change, storage::WriteBatch& batch, std::vector<Logged>& logged);
  void Commit(storage::WriteBatch batch, std::vector<Logged> logged, Done done,
              KeyQueue::Ticket ticket);
  void OnCommitted(const Status& status, std::vector<Logged>& logged);
  void Remember(std::string key, std::optional<std::string> stored);

  Dependencies d_;
  KeyQueue queue_;
  /// Has no key that a commit is under way for: while it is, the engine may show the old or the new
  /// value, and whoever has seen the new one must not be shown the old one again. A key that no
  /// write holds has no commit under way. While a table or an index is being removed it has no key
  /// at all.
  storage::ItemCache cache_;
  size_t removals_under_way_ = 0;
  std::function<void(storage::TableId)> watcher_;
  storage::Version frontier_;
  size_t commits_under_way_ = 0;
  bool failed_ = false;
};

/// Serialises control-plane changes of the table called `name`.
std::string CatalogKey(std::string_view name);

}  // namespace lifeboat::dynamodb
