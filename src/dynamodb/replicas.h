// Replicas: the group of a global table of version 2019.11.21, as a protocol of messages between
// its members (docs/replication.md, "Membership"). Every change is persisted together with the
// messages that tell of it, in one batch; messages arrive at least once and in order per sender,
// and every handler is idempotent.
//
// A replica's stay in the group has an incarnation. A message about an incarnation that has left
// is ignored, so that a slow link cannot bring back a member that is gone.
//
// Only B can tell whether it has a table of that name. So A's caller waits for B's first word, made
// or refused, and gets the refusal as AWS words it. With B out of reach he is answered after
// kPeerPatience; a refusal that comes later is shown as CREATION_FAILED.
//
//   UpdateTable Create B at A    A: B CREATING    --create--> B: makes its table, pulls items
//                                                 --added---> other members: B CREATING
//   B has an empty table         B: CREATING      --made----> A
//   B has all items              B: ACTIVE        --active--> all: B ACTIVE
//   B has a table of that name                    <-refused-- all: B forgotten, or at A failed
//   UpdateTable Delete B at A    A: B DELETING    --delete--> B: removes its table
//                                                 --removing-> other members: B DELETING
//   B's table is gone                             --left----> all: B forgotten
//   B is protected               B stays          --kept----> all: B ACTIVE
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/catalog.h"
#include "dynamodb/core.h"
#include "dynamodb/service.h"
#include "http/aws_error.h"
#include "json/value.h"
#include "storage/engine.h"

namespace lifeboat::dynamodb {

class Replicas {
 public:
  explicit Replicas(Core& core) : core_(core) {}

  /// ReplicaUpdates of UpdateTable: changes `next` and adds the messages to `also`.
  http::AwsResult<void> Update(const LiveTable& live, const json::Array& updates, Table& next,
                               storage::WriteBatch& also);
  /// Calls `done` when the region that `table` has just asked for a replica has made or refused it,
  /// with AWS's refusal then; after kPeerPatience in any case. At once when there is no such
  /// replica.
  void AwaitCreation(const Table& table, std::string_view region,
                     std::function<void(http::AwsResult<void>)> done);
  /// DeleteTable of our own replica: refuses what AWS refuses, and says goodbye to the others.
  http::AwsResult<void> Leave(const Table& table, storage::WriteBatch& also);
  /// `next` has new settings of the kind that all replicas share: stamps them and tells the others.
  void ShareSettings(Table& next, storage::WriteBatch& also);
  /// Our own deletion protection has changed: the others refuse for us.
  void ShareProtection(const Table& next, storage::WriteBatch& also);

  /// `region` has lost its disk: tells it of the tables of which it holds replicas, as when they
  /// were made, but without a source: it needs what any of the members has.
  void Reintroduce(std::string_view region, storage::WriteBatch& also);

  void OnPeerMessage(std::string_view from, const json::Value& message,
                     std::function<void(Status)> done);
  void OnCaughtUp(storage::TableId id);

  void Watch(std::function<void(const ReplicationGroup&)> watcher);
  /// The catalog has changed; `before` is nullptr for a new table.
  void OnChanged(const Table* before, const Table& after);
  void OnRemoved(const Table& table);

 private:
  struct Message;
  http::AwsResult<void> Create(const LiveTable& live, const json::Value& action, Table& next,
                               storage::WriteBatch& also);
  http::AwsResult<void> Delete(const json::Value& action, Table& next, storage::WriteBatch& also);
  http::AwsResult<void> UpdateOverrides(const json::Value& action, Table& next);

  /// Sends `kind` about `replica` to every member of `table` but `except`.
  void Tell(std::string_view kind, const Table& table, const Replica& about,
            std::string_view except, storage::WriteBatch& also);
  void Send(std::string_view kind, std::string_view region, json::Object members,
            storage::WriteBatch& also);

  void OnCreate(const Message& message, std::function<void(Status)> done);
  void OnDelete(const Message& message, std::function<void(Status)> done);
  void OnOther(const Message& message, std::function<void(Status)> done);
  void OnRefused(const Message& message, bool awaited, Table& next);
  void OnAdded(const Message& message, Table& next, storage::WriteBatch& also);
  void OnActive(const Replica& about, Table& next);
  void OnSettings(const Message& message, Table& next, storage::WriteBatch& also);
  /// Our own replica as the others know it.
  Replica SelfOf(const Table& table) const;

  using Creation = std::function<void(http::AwsResult<void>)>;
  /// The one that waits for a replica of that incarnation, once.
  Creation TakeCreation(std::string_view incarnation);

  Core& core_;
  /// Of AwaitCreation(), by incarnation. Timers may outlive us.
  const std::shared_ptr<std::map<std::string, Creation, std::less<>>> creations_ =
      std::make_shared<std::map<std::string, Creation, std::less<>>>();
  std::vector<std::function<void(const ReplicationGroup&)>> watchers_;
};

/// The status that follows from the members' states.
void SettleStatus(Table& table);
/// `table` as it is seen by replication.
ReplicationGroup GroupOf(const Table& table, std::string_view region);
/// Switches the stream on, as the first replica does, when it is off.
void EnableStream(Table& table, std::string_view view_type, WallTime now, uint64_t last_sequence);

}  // namespace lifeboat::dynamodb
