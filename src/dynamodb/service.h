// DynamoDB and DynamoDB Streams of one region: requests in, answers out, state through the
// committer. Runs on its owner's one thread; Handle never blocks. A write passes four stages:
// evaluate, order, commit, acknowledge; one whose key has an uncommitted write waits in that key's
// queue.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "base/scheduler.h"
#include "base/time.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "json/value.h"
#include "storage/change_log.h"
#include "storage/committer.h"
#include "storage/engine.h"
#include "storage/generations.h"

namespace lifeboat::dynamodb {

struct Core;

/// What dynamodb needs of the other members of a global table. Implemented by region/.
class Peers {
 public:
  virtual ~Peers() = default;
  /// The world's regions, ours included.
  virtual std::vector<std::string> Regions() const = 0;
  /// Adds to `batch` a message to `region` that is then delivered at least once, in order per
  /// region, also across restarts of either side: Service::OnPeerMessage there gets `message`.
  virtual void Send(storage::WriteBatch& batch, std::string_view region, json::Value message) = 0;
  /// `batch` is committed: what was added by Send may go out.
  virtual void Flush() = 0;
};

/// A replica as replication must see it; given out whenever it changes and once for each at start.
struct ReplicationGroup {
  storage::TableId table;
  std::string table_name;
  std::vector<std::string> members;  ///< All regions, ours included; empty: no longer replicated.
  bool joining = false;              ///< We are CREATING and need everything from `source`.
  std::string source;
};

/// A tombstone that replication no longer needs: removed when it is still stored with this Version.
struct TombstoneToDrop {
  std::string key;
  storage::Version version;
};

/// One change to apply from a peer (see replication::ChangeApplier).
struct RemoteChange {
  std::string key;  ///< Item key in Space::kItems.
  storage::Version version;
  bool tombstone = false;
  std::string image;
};

/// Tells whether a request is signed as it must be, or the refusal of the service that is asked.
using Authenticate = std::function<http::AwsResult<void>(const http::Request&)>;

class Service {
 public:
  struct Options {
    std::string region;
    std::string account;
    uint64_t generation = 0;  ///< Of this opening of the data folder (storage/generations.h).
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Scheduler& scheduler;
    Prng& prng;
    Peers& peers;
  };

  /// Reads the catalog and the greatest stored Version back from the engine.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);
  ~Service();

  /// Any request for DynamoDB: targets DynamoDB_20120810.* and DynamoDBStreams_20120810.*, and what
  /// the endpoint answers besides. `authenticate` is asked, before this returns, once all that AWS
  /// complains of earlier is in order.
  void Handle(const http::Request& request, const Authenticate& authenticate, http::Reply reply);
  /// A request that is known to be authentic.
  void Handle(const http::Request& request, http::Reply reply);

  /// A message that Peers::Send of region `from` has sent. Idempotent. `done` once its effect is
  /// durable.
  void OnPeerMessage(std::string_view from, const json::Value& message,
                     std::function<void(Status)> done);

  /// Tells of replication groups; called at once for those that there are.
  void WatchGroups(std::function<void(const ReplicationGroup&)> watcher);
  /// Replication has applied everything that a joining replica needs: it becomes ACTIVE.
  void OnReplicaCaughtUp(storage::TableId table);

  /// Merges a peer's changes: each wins only over a smaller Version, waits its turn in its key's
  /// queue, maintains indexes, and is logged with Cause::kReplicated. `also` (the new position) is
  /// committed in the same batch. `done` after that.
  void ApplyRemote(storage::TableId table, std::vector<RemoteChange> changes,
                   storage::WriteBatch also, std::function<void(Status)> done);

  /// Removes tombstones, each after the writes of its key that are under way; `also` is committed
  /// in the same batch. Nothing is logged: every member has the deletes. `done` after that.
  void DropTombstones(storage::TableId table, std::vector<TombstoneToDrop> tombstones,
                      storage::WriteBatch also, std::function<void(Status)> done);
  /// Every later local write gets a greater Version than this one.
  void Observe(const storage::Version& version);

  /// Refuses clients' calls for the table's items with InternalServerError until ReopenTable;
  /// `idle` once no write of theirs is under way.
  void CloseTable(storage::TableId table, std::function<void()> idle);
  void ReopenTable(storage::TableId table);
  /// Removes items, index entries, log and generations of a closed table; `also` is committed in
  /// the same batch. Numbering goes on. `done` after that.
  void EmptyTable(storage::TableId table, storage::WriteBatch also,
                  std::function<void(Status)> done);
  /// Applies writes that were made here before the table was emptied: with a new Version where the
  /// key has neither item nor tombstone, else with their own by the ordinary rule. `also` is
  /// committed in the same batch. `done` with the keys of those that did not win.
  void ApplySalvage(storage::TableId table, std::vector<RemoteChange> changes,
                    storage::WriteBatch also,
                    std::function<void(Status, std::vector<std::string>)> done);
  /// Which generation wrote which part of the table's log; valid until the next write.
  const storage::Generations& GetGenerations(storage::TableId table) const;
  /// Tells a region that has lost its disk of the tables of which it holds replicas; the messages
  /// are added to `batch`. Flush Peers once that is committed.
  void Reintroduce(std::string_view region, storage::WriteBatch& batch);

  /// How far the table's log may be read and trusted. Both are zero for a table that is not there.
  struct LogHead {
    uint64_t durable_sequence = 0;  ///< Readers must not look past it.
    /// Every local write with a Version below this is at or before durable_sequence.
    storage::Version frontier;
  };
  LogHead GetLogHead(storage::TableId table) const;
  /// Called after every commit that appended to the table's log: long polls wake up on it.
  void WatchLog(std::function<void(storage::TableId)> watcher);
  /// The oldest sequence that streams (24 h) or point-in-time recovery still need: trimming may not
  /// go past it.
  uint64_t OldestNeededSequence(storage::TableId table) const;

  /// The first sequence that some member of the table's group, or a snapshot for one, may still
  /// have to be sent: trimming may not go past it. Only ever rises while the region runs; it is not
  /// stored, and until it is set nothing of a global table's log is trimmed. It means nothing for a
  /// table without replicas.
  void SetReplicationBound(storage::TableId table, uint64_t first_needed);

  /// Expires what is due (items, the log's retention) and stores item counts. Call about once a
  /// second.
  void Tick();

 private:
  explicit Service(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace lifeboat::dynamodb
