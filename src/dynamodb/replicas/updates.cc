// ReplicaUpdates: what may be asked of a group, and the first step of it, taken where it is asked.
#include <algorithm>

#include "base/aws_regions.h"
#include "base/ids.h"
#include "dynamodb/errors.h"
#include "dynamodb/replicas.h"
#include "dynamodb/replicas/message.h"
#include "dynamodb/shape.h"
#include "dynamodb/table_errors.h"

namespace lifeboat::dynamodb {
namespace {

using http::AwsError;
using http::AwsResult;
using json::Value;

/// A region that another replica was made from may not leave for so long.
constexpr Duration kSourceRule = Duration::Hours(24);
/// How long a region may take to say whether it makes a replica, before the caller is answered.
constexpr Duration kPeerPatience = Duration::Seconds(2);

/// What a replica may have of its own. Their shapes stand in the request's; what else a request may
/// carry is not kept, since DescribeTable shows them as they are.
constexpr std::string_view kOverrides[] = {"KMSMasterKeyId", "ProvisionedThroughputOverride",
                                           "OnDemandThroughputOverride"};

// True when there was any.
bool TakeOverrides(const Value& action, json::Object& overrides) {
  bool any = false;
  for (const std::string_view name : kOverrides) {
    const Value* value = Present(action, name);
    if (!value) continue;
    overrides.Set(std::string(name), *value);
    any = true;
  }
  return any;
}

struct Action {
  std::string kind;  ///< Create, Update or Delete.
  const Value* body = nullptr;
  const std::string& region() const { return body->GetString("RegionName"); }
};

AwsResult<std::vector<Action>> ReadActions(const json::Array& updates) {
  std::vector<Action> actions;
  for (const Value& update : updates) {
    Action action;
    for (const std::string_view kind : {"Create", "Update", "Delete"}) {
      const Value* body = Present(update, kind);
      if (!body) continue;
      if (action.body) return errors::SeveralKindsOfReplicaActions();
      action = {std::string(kind), body};
    }
    if (!action.body) return errors::EmptyReplicaAction();
    actions.push_back(action);
  }
  if (actions.empty()) return errors::EmptyReplicaAction();
  for (const Action& action : actions) {
    if (action.kind != actions[0].kind) return errors::SeveralKindsOfReplicaActions();
    const bool same = *action.body == *actions[0].body;
    if (action.kind != "Update" && !same) return errors::SeveralReplicaActions();
  }
  if (actions[0].kind != "Update") actions.resize(1);
  return actions;
}

AwsResult<void> CheckWriteCapacity(const Table& table) {
  // Lifeboat has no auto scaling, so provisioned writes are never auto-scaled.
  if (table.pay_per_request) return {};
  return errors::ReplicaWriteCapacity(false);
}

}  // namespace

AwsResult<void> Replicas::Update(const LiveTable& live, const json::Array& updates, Table& next,
                                 storage::WriteBatch& also) {
  const auto actions = ReadActions(updates);
  if (!actions) return actions.error();
  const std::vector<std::string> world = core_.d.peers.Regions();
  for (const Action& action : *actions) {
    if (action.kind != "Update" && action.region() == core_.options.region) {
      return errors::LocalRegionInReplicaUpdates();
    }
    if (std::find(world.begin(), world.end(), action.region()) == world.end()) {
      return errors::RegionNotSupported(action.region(), world);
    }
  }
  if (next.joining) return errors::ReplicaBeingAdded(next.name, core_.options.region);
  if (next.status != TableStatus::kActive) return errors::ResourceBeingChanged();
  for (const Action& action : *actions) {
    AwsResult<void> done = action.kind == "Create"   ? Create(live, *action.body, next, also)
                           : action.kind == "Delete" ? Delete(*action.body, next, also)
                                                     : UpdateOverrides(*action.body, next);
    if (!done) return done;
  }
  SettleStatus(next);
  return {};
}

AwsResult<void> Replicas::Create(const LiveTable& live, const Value& action, Table& next,
                                 storage::WriteBatch& also) {
  const std::string& region = action.GetString("RegionName");
  if (const Replica* known = next.FindReplica(region); known && !known->failed())
    return errors::ReplicaExistsAsTable(next.name);
  std::erase_if(next.replicas, [&](const Replica& failed) { return failed.region == region; });
  if (auto c = CheckWriteCapacity(next); !c) return c;
  if (next.incarnation.empty()) next.incarnation = NewUuid(core_.d.prng);
  EnableStream(next, "NEW_AND_OLD_IMAGES", core_.now(), live.log.last());

  Replica replica;
  replica.region = region;
  replica.status = "CREATING";
  replica.incarnation = NewUuid(core_.d.prng);
  replica.source = core_.options.region;
  replica.created_at = core_.now();
  TakeOverrides(action, replica.overrides);
  Tell(message_kind::kAdded, next, replica, region, also);

  json::Array members{Value(ReplicaToJson(SelfOf(next)))};
  for (const Replica& other : next.replicas)
    if (!other.failed()) members.push_back(ReplicaToJson(other));
  Send(message_kind::kCreate, region,
       {{"table", SharedIdentity(next)},
        {"about", ReplicaToJson(replica)},
        {"members", std::move(members)},
        {"settings", SharedSettings(next)},
        {"stream", next.EnabledStream()->view_type}},
       also);
  next.replicas.push_back(std::move(replica));
  return {};
}

void Replicas::AwaitCreation(const Table& table, std::string_view region,
                             std::function<void(AwsResult<void>)> done) {
  const Replica* replica = table.FindReplica(region);
  if (!replica || replica->status != "CREATING") return done({});
  creations_->insert_or_assign(replica->incarnation, std::move(done));
  core_.d.scheduler.After(kPeerPatience, [weak = std::weak_ptr(creations_),
                                          incarnation = replica->incarnation] {
    const auto creations = weak.lock();
    auto late = creations ? creations->extract(incarnation) : decltype(creations->extract(""))();
    if (late) late.mapped()({});
  });
}

Replicas::Creation Replicas::TakeCreation(std::string_view incarnation) {
  const auto found = creations_->find(incarnation);
  return found == creations_->end() ? nullptr : creations_->extract(found).mapped();
}

// True when another member was made from `region` not long ago.
static bool IsRecentSource(const Table& table, std::string_view region, WallTime now) {
  return std::any_of(table.replicas.begin(), table.replicas.end(), [&](const Replica& replica) {
    return replica.region != region && replica.source == region && !replica.failed() &&
           now - replica.created_at < kSourceRule;
  });
}

AwsResult<void> Replicas::Delete(const Value& action, Table& next, storage::WriteBatch& also) {
  const std::string& region = action.GetString("RegionName");
  Replica* replica = next.FindReplica(region);
  if (!replica) return errors::NotPartOfGlobalTable(region);
  if (replica->failed()) {
    std::erase_if(next.replicas, [&](const Replica& one) { return one.region == region; });
    return {};
  }
  const bool source_of_us =
      next.source == region && next.joined_at && core_.now() - *next.joined_at < kSourceRule;
  if (source_of_us || IsRecentSource(next, region, core_.now())) {
    return errors::SourceOfRecentReplica();
  }
  if (replica->deletion_protected) return errors::ReplicaDeletionProtected(next.name, region);
  replica->status = "DELETING";
  Tell(message_kind::kRemoving, next, *replica, region, also);
  Send(message_kind::kDelete, region,
       {{"table", SharedIdentity(next)}, {"about", ReplicaToJson(*replica)}}, also);
  return {};
}

AwsResult<void> Replicas::UpdateOverrides(const Value& action, Table& next) {
  const std::string& region = action.GetString("RegionName");
  Replica* replica = next.FindReplica(region);
  if (!replica || replica->failed()) return errors::NotPartOfGlobalTable(region);
  if (!TakeOverrides(action, replica->overrides)) return errors::EmptyReplicaAction();
  return {};
}

AwsResult<void> Replicas::Leave(const Table& table, storage::WriteBatch& also) {
  if (!table.is_global()) return {};
  if (IsRecentSource(table, core_.options.region, core_.now())) {
    return errors::SourceOfRecentReplica();
  }
  Tell(message_kind::kLeft, table, SelfOf(table), "", also);
  return {};
}

void Replicas::ShareSettings(Table& next, storage::WriteBatch& also) {
  if (!next.is_global()) return;
  next.settings_stamp = std::max(next.settings_stamp + 1, core_.now().millis());
  next.settings_region = core_.options.region;
  for (const Replica& replica : next.replicas) {
    if (replica.failed()) continue;
    Send(message_kind::kSettings, replica.region,
         {{"table", SharedIdentity(next)}, {"settings", SharedSettings(next)}}, also);
  }
}

void Replicas::ShareProtection(const Table& next, storage::WriteBatch& also) {
  Tell(message_kind::kProtection, next, SelfOf(next), "", also);
}

Replica Replicas::SelfOf(const Table& table) const {
  Replica self;
  self.region = core_.options.region;
  self.incarnation = table.incarnation;
  self.source = table.source;
  self.created_at = table.joined_at.value_or(table.created_at);
  self.deletion_protected = table.deletion_protected;
  return self;
}

void Replicas::Tell(std::string_view kind, const Table& table, const Replica& about,
                    std::string_view except, storage::WriteBatch& also) {
  for (const Replica& replica : table.replicas) {
    if (replica.region == except || replica.region == about.region || replica.failed()) continue;
    Send(kind, replica.region, {{"table", SharedIdentity(table)}, {"about", ReplicaToJson(about)}},
         also);
  }
}

void Replicas::Send(std::string_view kind, std::string_view region, json::Object members,
                    storage::WriteBatch& also) {
  members.Set("kind", kind);
  core_.d.peers.Send(also, region, Value(std::move(members)));
}

}  // namespace lifeboat::dynamodb
