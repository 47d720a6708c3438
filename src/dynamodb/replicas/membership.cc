// What a group looks like from here, and who is told of its changes.
#include "dynamodb/replicas.h"
#include "dynamodb/replicas/message.h"

#include <algorithm>

namespace lifeboat::dynamodb {

void SettleStatus(Table& table) {
  const bool moving =
      std::any_of(table.replicas.begin(), table.replicas.end(),
                  [](const Replica& r) { return r.status != "ACTIVE" && !r.failed(); });
  table.status = table.joining ? TableStatus::kCreating
                 : moving      ? TableStatus::kUpdating
                               : TableStatus::kActive;
}

ReplicationGroup GroupOf(const Table& table, std::string_view region) {
  ReplicationGroup group;
  group.table = table.id;
  group.table_name = table.name;
  for (const Replica& replica : table.replicas) {
    // A member that is being removed gives and gets nothing any more.
    if (replica.status != "DELETING" && !replica.failed()) group.members.push_back(replica.region);
  }
  if (!group.members.empty()) {
    group.members.emplace_back(region);
    std::sort(group.members.begin(), group.members.end());
  }
  group.joining = table.joining;
  if (table.joining) group.source = table.source;
  return group;
}

void EnableStream(Table& table, std::string_view view_type, WallTime now, uint64_t last_sequence) {
  if (table.EnabledStream()) return;
  // The label is a time in milliseconds, and names this life of the stream.
  WallTime at = now;
  const auto label = [](WallTime t) {
    std::string text = FormatIso8601Millis(t);
    text.pop_back();  // Labels have no zone.
    return text;
  };
  if (!table.streams.empty() && table.streams.back().label >= label(at)) {
    at = table.streams.back().created_at + Duration::Millis(1);
  }
  table.streams.push_back(
      {label(at), std::string(view_type), at, last_sequence, std::nullopt, std::nullopt});
}

void Replicas::Watch(std::function<void(const ReplicationGroup&)> watcher) {
  for (const auto& [name, live] : core_.catalog.tables()) {
    if (live->table().is_global()) watcher(GroupOf(live->table(), core_.options.region));
  }
  watchers_.push_back(std::move(watcher));
}

void Replicas::OnChanged(const Table* before, const Table& after) {
  const ReplicationGroup now = GroupOf(after, core_.options.region);
  if (!before && now.members.empty()) return;
  if (before) {
    const ReplicationGroup was = GroupOf(*before, core_.options.region);
    if (was.members == now.members && was.joining == now.joining) return;
  }
  for (const auto& watcher : watchers_) watcher(now);
}

void Replicas::Reintroduce(std::string_view region, storage::WriteBatch& also) {
  for (const auto& [name, live] : core_.catalog.tables()) {
    const Table& table = live->table();
    json::Array members{json::Value(ReplicaToJson(SelfOf(table)))};
    const Replica* lost = nullptr;
    for (const Replica& other : table.replicas) {
      if (other.region == region) {
        lost = &other;
      } else if (!other.failed()) {
        members.push_back(ReplicaToJson(other));
      }
    }
    if (!lost || lost->failed() || lost->status == "DELETING" || !table.EnabledStream()) continue;
    Replica about = *lost;
    about.source.clear();
    Send(message_kind::kCreate, region,
         {{"table", SharedIdentity(table)},
          {"about", ReplicaToJson(about)},
          {"members", members},
          {"settings", SharedSettings(table)},
          {"stream", table.EnabledStream()->view_type}},
         also);
    // If it has the table, as it was earlier, it may not know these.
    Send(message_kind::kSettings, region,
         {{"table", SharedIdentity(table)}, {"settings", SharedSettings(table)}}, also);
    for (const json::Value& member : members) {
      if (member.GetString("status") != "ACTIVE") continue;
      Send(message_kind::kActive, region, {{"table", SharedIdentity(table)}, {"about", member}},
           also);
    }
  }
}

void Replicas::OnRemoved(const Table& table) {
  if (!table.is_global()) return;
  ReplicationGroup gone;
  gone.table = table.id;
  gone.table_name = table.name;
  for (const auto& watcher : watchers_) watcher(gone);
}

}  // namespace lifeboat::dynamodb
