// What replication needs of others. region/ implements it: the table side with dynamodb::Service,
// the network side with the host's peer link.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "replication/wire.h"
#include "storage/engine.h"

namespace lifeboat::replication {

/// The owner of the tables.
class ChangeApplier {
 public:
  virtual ~ChangeApplier() = default;
  /// Merges a peer's changes (merge.h), each after the writes of its key that are under way, and
  /// commits `also` in the same batch. `done` after that, never inside this call. `changes` may be
  /// empty.
  virtual void ApplyRemote(storage::TableId table, std::vector<Change> changes,
                           storage::WriteBatch also, std::function<void(Status)> done) = 0;

  struct Tombstone {
    std::string key;
    storage::Version version;
  };
  /// Removes each tombstone that is still stored with exactly this Version, each after the writes
  /// of its key that are under way, and commits `also` in the same batch. Not logged.
  virtual void DropTombstones(storage::TableId table, std::vector<Tombstone> tombstones,
                              storage::WriteBatch also, std::function<void(Status)> done) = 0;

  /// Clients' calls for the table's items are refused from now on, until Reopen. `idle` once no
  /// write of theirs is under way; never inside this call.
  virtual void Close(storage::TableId table, std::function<void()> idle) = 0;
  virtual void Reopen(storage::TableId table) = 0;
  /// Removes all items, the log and its generations of a table that is closed, and commits `also`
  /// in the same batch. The numbering of the log goes on.
  virtual void Empty(storage::TableId table, storage::WriteBatch also,
                     std::function<void(Status)> done) = 0;
  /// Applies writes that this region has made before its table was emptied, and commits `also` in
  /// the same batch: with a new Version where the key has neither item nor tombstone, else with
  /// their own by the ordinary rule. `lost` are the keys of those that did not win.
  virtual void ApplySalvage(storage::TableId table, std::vector<Change> changes,
                            storage::WriteBatch also,
                            std::function<void(Status, std::vector<std::string> lost)> done) = 0;

  /// Every later local write gets a greater Version than this one, also after a restart if a change
  /// is applied after it.
  virtual void Observe(const storage::Version& version) = 0;
};

/// The logs of the tables.
class LogSource {
 public:
  virtual ~LogSource() = default;
  struct Head {
    uint64_t durable_sequence = 0;
    /// Every local write with a Version below this is at or before durable_sequence, and no later
    /// one will be below it.
    storage::Version frontier;
  };
  virtual Head GetLogHead(storage::TableId table) const = 0;
  /// Which generation wrote which part of the log; valid until the next record is added. May speak
  /// of records that are not durable yet.
  virtual const storage::Generations& GetGenerations(storage::TableId table) const = 0;
  /// Replication needs this record and all after it; the owner trims its log when nobody else needs
  /// more. Before the first call nothing may be trimmed. Later calls may only raise it.
  virtual void SetReplicationBound(storage::TableId table, uint64_t first_needed) = 0;
};

/// The way to other regions.
class PeerCaller {
 public:
  virtual ~PeerCaller() = default;
  /// `done` runs once, never inside this call: the answer, or kUnavailable or kUnknownOutcome.
  virtual void CallPeer(std::string_view region, http::Request request, Duration timeout,
                        std::function<void(Result<http::Response>)> done) = 0;
};

}  // namespace lifeboat::replication
