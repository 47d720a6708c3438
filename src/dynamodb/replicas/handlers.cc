// What a member does with each message of the group.
#include <algorithm>

#include "base/ids.h"
#include "base/log.h"
#include "dynamodb/catalog_change.h"
#include "dynamodb/errors.h"
#include "dynamodb/index_backfill.h"
#include "dynamodb/replicas.h"
#include "dynamodb/replicas/message.h"
#include "dynamodb/table_errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using json::Value;

/// Incarnations that have left and are remembered; more than any slow link will ask for.
constexpr size_t kMaxDeparted = 64;

AwsError Missing() { return errors::ResourceNotFound(); }

// Refusals that only say that there is nothing left to do.
struct NothingToDo {
  static AwsError Make() { return {.status = 0, .code = "NothingToDo", .message = ""}; }
  static bool Is(const AwsError& error) { return error.code == "NothingToDo"; }
};

// A message is done when its effect is durable or there is none to have; a failed commit makes
// the sender try again.
void Finish(const std::function<void(Status)>& done, bool ok, const AwsError* error) {
  if (ok || error->status < 500) return done({});
  done(Error{ErrorCode::kUnavailable, error->message});
}

bool HasDeparted(const Table& table, const std::string& incarnation) {
  return std::find(table.departed.begin(), table.departed.end(), incarnation) !=
         table.departed.end();
}

void Forget(Table& table, const Replica& about) {
  if (!HasDeparted(table, about.incarnation)) table.departed.push_back(about.incarnation);
  if (table.departed.size() > kMaxDeparted) table.departed.erase(table.departed.begin());
  std::erase_if(table.replicas, [&](const Replica& replica) {
    return replica.region == about.region && replica.incarnation == about.incarnation;
  });
}

}  // namespace

void Replicas::OnPeerMessage(std::string_view from, const Value& json,
                             std::function<void(Status)> done) {
  Message message;
  message.from = from;
  message.kind = json.GetString("kind");
  const Value* identity = json.Find("table");
  const Status read =
      ApplySharedIdentity(message.identity, identity ? identity->as_object() : json::Object());
  if (!read) return done(Error{ErrorCode::kInvalid, "a peer's message names no table"});
  if (const Value* about = json.Find("about")) message.about = ReplicaFromJson(*about);
  if (const Value* members = json.Find("members")) {
    for (const Value& member : members->as_array()) {
      message.members.push_back(ReplicaFromJson(member));
    }
  }
  if (const Value* settings = json.Find("settings")) message.settings = settings->as_object();
  message.stream_view_type = json.GetString("stream");
  if (!message.about && message.kind != message_kind::kSettings) {
    return done(Error{ErrorCode::kInvalid, "a peer's message is about no replica"});
  }
  if (message.kind == message_kind::kCreate) return OnCreate(message, std::move(done));
  if (message.kind == message_kind::kDelete) return OnDelete(message, std::move(done));
  OnOther(message, std::move(done));
}

// Our table is made, or refused when its name is taken. The refusal and the table both are durable
// before the message is done.
void Replicas::OnCreate(const Message& message, std::function<void(Status)> done) {
  const auto make = [this, message](storage::WriteBatch& also) -> AwsResult<Table> {
    Send(message_kind::kMade, message.from,
         {{"table", SharedIdentity(message.identity)}, {"about", ReplicaToJson(*message.about)}},
         also);
    if (core_.catalog.Find(message.identity.id)) return NothingToDo::Make();
    if (core_.catalog.Find(message.identity.name)) return errors::TableAlreadyExists("");
    Table table = message.identity;
    const Status applied = ApplySharedSettings(table, message.settings);
    if (!applied) return errors::Validation(applied.error().message);
    for (Index& index : table.indexes) index.backfilling = false;
    table.uuid = NewUuid(core_.d.prng);
    table.created_at = core_.now();
    table.incarnation = message.about->incarnation;
    table.source = message.about->source;
    table.joined_at = core_.now();
    table.joining = true;
    table.replicas = message.members;
    for (Replica& replica : table.replicas) replica.overrides = {};
    const auto log = Catalog::LoadLog(core_.d.engine, table.id);
    EnableStream(table, message.stream_view_type, core_.now(), log ? log->last() : 0);
    SettleStatus(table);
    return table;
  };
  CreateTableEntry(core_, message.identity.name, make,
                   [this, message, done = std::move(done)](AwsResult<const LiveTable*> made) {
                     if (made || NothingToDo::Is(made.error()) || made.error().status >= 500) {
                       return Finish(done, made.ok(), made ? nullptr : &made.error());
                     }
                     // The refusal goes to all members; it needs a batch of its own, since nothing
                     // else was written.
                     storage::WriteBatch refusal;
                     for (const Replica& member : message.members) {
                       Send(message_kind::kRefused, member.region,
                            {{"table", SharedIdentity(message.identity)},
                             {"about", ReplicaToJson(*message.about)}},
                            refusal);
                     }
                     core_.d.committer.Commit(std::move(refusal), [this, done](Status status) {
                       core_.d.peers.Flush();
                       done(std::move(status));
                     });
                   });
}

void Replicas::OnDelete(const Message& message, std::function<void(Status)> done) {
  LiveTable* live = core_.catalog.Find(message.identity.id);
  if (live && live->table().incarnation != message.about->incarnation) return done({});
  if (live && live->table().deletion_protected) {
    return ChangeTable(
        core_, live->table().name, Missing(),
        [this, message](LiveTable&, Table& next, storage::WriteBatch& also) -> AwsResult<void> {
          Replica self = *message.about;
          self.deletion_protected = true;
          Tell(message_kind::kKept, next, self, "", also);
          return {};
        },
        [done = std::move(done)](AwsResult<const LiveTable*> changed) {
          Finish(done, changed.ok(), changed ? nullptr : &changed.error());
        });
  }
  RemoveTable(
      core_, message.identity.name, Missing(),
      [this, message](const LiveTable& ours, storage::WriteBatch& also) -> AwsResult<void> {
        if (ours.table().id != message.identity.id) return NothingToDo::Make();
        Tell(message_kind::kLeft, ours.table(), *message.about, "", also);
        return {};
      },
      [this, message, done = std::move(done)](AwsResult<LiveTable> removed) {
        if (removed || removed.error().status >= 500) {
          return Finish(done, removed.ok(), removed ? nullptr : &removed.error());
        }
        // There is nothing to remove any more: the sender at least must know.
        storage::WriteBatch answer;
        Send(
            message_kind::kLeft, message.from,
            {{"table", SharedIdentity(message.identity)}, {"about", ReplicaToJson(*message.about)}},
            answer);
        core_.d.committer.Commit(std::move(answer), [this, done](Status status) {
          core_.d.peers.Flush();
          done(std::move(status));
        });
      });
}

// Messages that change our table's entry, if we still have the table.
void Replicas::OnOther(const Message& message, std::function<void(Status)> done) {
  LiveTable* live = core_.catalog.Find(message.identity.id);
  if (!live) return done({});
  const bool answers =
      message.kind == message_kind::kMade || message.kind == message_kind::kRefused;
  const Creation awaiting = answers ? TakeCreation(message.about->incarnation) : nullptr;
  if (message.kind == message_kind::kMade) {
    if (awaiting) awaiting({});
    return done({});
  }
  ChangeTable(
      core_, live->table().name, Missing(),
      [this, message, awaited = awaiting != nullptr](LiveTable& now, Table& next,
                                                     storage::WriteBatch& also) -> AwsResult<void> {
        if (now.table().id != message.identity.id) return NothingToDo::Make();
        const std::string& kind = message.kind;
        Replica* known = message.about ? next.FindReplica(message.about->region) : nullptr;
        if (known && known->incarnation != message.about->incarnation) known = nullptr;
        if (kind == message_kind::kAdded) {
          OnAdded(message, next, also);
        } else if (kind == message_kind::kSettings) {
          OnSettings(message, next, also);
        } else if (kind == message_kind::kLeft) {
          Forget(next, *message.about);
        } else if (kind == message_kind::kRefused) {
          OnRefused(message, awaited, next);
        } else if (kind == message_kind::kActive) {
          OnActive(*message.about, next);
        } else if (known && kind == message_kind::kRemoving) {
          known->status = "DELETING";
        } else if (known && kind == message_kind::kKept) {
          known->status = "ACTIVE";
          known->deletion_protected = true;
        } else if (known && kind == message_kind::kProtection) {
          known->deletion_protected = message.about->deletion_protected;
        }
        SettleStatus(next);
        return {};
      },
      [this, name = live->table().name, awaiting,
       done = std::move(done)](AwsResult<const LiveTable*> changed) {
        if (awaiting) awaiting(errors::ReplicaExistsAsTable(name));
        if (changed) StartBackfills(core_, (*changed)->table().id);
        Finish(done, changed.ok(), changed ? nullptr : &changed.error());
      });
}

// Who asked and has his answer by now must see what became of it.
void Replicas::OnRefused(const Message& message, bool awaited, Table& next) {
  Replica* known = next.FindReplica(message.about->region);
  const bool asked = known && known->incarnation == message.about->incarnation &&
                     known->source == core_.options.region;
  if (awaited || !asked) return Forget(next, *message.about);
  known->status = Replica::kCreationFailed;
  known->status_description = errors::ReplicaExistsAsTable(next.name).message;
}

// Whoever learns of a new member introduces it to those that it is itself bringing in, since their
// lists were made before.
void Replicas::OnAdded(const Message& message, Table& next, storage::WriteBatch& also) {
  const Replica& added = *message.about;
  if (added.region == core_.options.region || HasDeparted(next, added.incarnation)) return;
  if (const Replica* known = next.FindReplica(added.region)) {
    if (known->incarnation == added.incarnation) return;
    Forget(next, Replica(*known));  // An earlier stay whose end we have not heard of.
  }
  for (const Replica& other : next.replicas) {
    if (other.status != "CREATING" || other.source != core_.options.region) continue;
    Send(message_kind::kAdded, other.region,
         {{"table", SharedIdentity(next)}, {"about", ReplicaToJson(added)}}, also);
    Send(message_kind::kAdded, added.region,
         {{"table", SharedIdentity(next)}, {"about", ReplicaToJson(other)}}, also);
  }
  next.replicas.push_back(added);
}

// A member may be ready before the word of its coming has reached us.
void Replicas::OnActive(const Replica& about, Table& next) {
  if (HasDeparted(next, about.incarnation)) return;
  Replica* known = next.FindReplica(about.region);
  if (!known) {
    next.replicas.push_back(about);
  } else if (known->incarnation == about.incarnation && known->status == "CREATING") {
    known->status = "ACTIVE";
  }
}

// The later change of the shared settings wins, ties by region name.
void Replicas::OnSettings(const Message& message, Table& next, storage::WriteBatch& also) {
  Table given = next;
  if (!ApplySharedSettings(given, message.settings)) {
    log::Warn("settings of table {} from {} cannot be read", next.name, message.from);
    return;
  }
  if (std::tie(given.settings_stamp, given.settings_region) <=
      std::tie(next.settings_stamp, next.settings_region)) {
    return;
  }
  AdoptIndexes(next, given);
  next = std::move(given);
  for (const Replica& other : next.replicas) {  // Who sent this may not know them yet.
    if (other.status != "CREATING" || other.source != core_.options.region) continue;
    Send(message_kind::kSettings, other.region,
         {{"table", SharedIdentity(next)}, {"settings", message.settings}}, also);
  }
}

void Replicas::OnCaughtUp(storage::TableId id) {
  LiveTable* live = core_.catalog.Find(id);
  if (!live || !live->table().joining) return;
  ChangeTable(
      core_, live->table().name, Missing(),
      [this](LiveTable&, Table& next, storage::WriteBatch& also) -> AwsResult<void> {
        if (!next.joining) return NothingToDo::Make();
        next.joining = false;
        SettleStatus(next);
        Tell(message_kind::kActive, next, SelfOf(next), "", also);
        return {};
      },
      [](AwsResult<const LiveTable*>) {});
}

}  // namespace lifeboat::dynamodb
