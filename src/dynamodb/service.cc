#include "dynamodb/service.h"

#include <algorithm>

#include "dynamodb/catalog_change.h"
#include "dynamodb/core.h"
#include "dynamodb/index_backfill.h"
#include "dynamodb/protocol.h"
#include "dynamodb/remote_changes.h"
#include "dynamodb/replicas.h"
#include "dynamodb/retention.h"

namespace lifeboat::dynamodb {
namespace {

// Shows the clock the greatest Version that the engine holds: that of the newest change of each
// table, or what was noted when a peer's change or a removed table had a greater one.
Status ObserveStored(Core& core) {
  const auto noted = core.d.engine.Get(storage::Space::kMeta, kClockMetaKey);
  if (!noted) return noted.error();
  if (*noted) {
    ByteReader reader(**noted);
    const storage::Version version = storage::ReadVersion(reader);
    if (!reader.done()) return Error{ErrorCode::kCorrupt, "the noted version cannot be read"};
    core.versions.Observe(version);
  }
  for (const auto& [name, live] : core.catalog.tables()) {
    const uint64_t last = live->log.last();
    if (last == 0) continue;
    const auto records =
        storage::ChangeLogReader(core.d.engine, live->table().id).Read(last - 1, 1, 1);
    if (!records) return records.error();
    if (!records->empty()) core.versions.Observe(records->front().version);
  }
  return {};
}

}  // namespace

Service::Service(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  auto catalog = Catalog::Load(dependencies.engine);
  if (!catalog) return catalog.error();
  auto core = std::make_unique<Core>(std::move(options), dependencies, *std::move(catalog));
  if (Status observed = ObserveStored(*core); !observed) return observed.error();
  core->writes.SetFrontier(core->versions.Current());
  if (Status loaded = core->tokens.Load(core->d.engine); !loaded) return loaded.error();
  std::vector<storage::TableId> tables;
  for (const auto& [name, live] : core->catalog.tables()) tables.push_back(live->table().id);
  for (const storage::TableId table : tables) StartBackfills(*core, table);
  return std::unique_ptr<Service>(new Service(std::move(core)));
}

void Service::Handle(const http::Request& request, const Authenticate& authenticate,
                     http::Reply reply) {
  HandleRequest(*core_, request, authenticate, std::move(reply));
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  const auto accept = [](const http::Request&) { return http::AwsResult<void>(); };
  HandleRequest(*core_, request, accept, std::move(reply));
}

void Service::OnPeerMessage(std::string_view from, const json::Value& message,
                            std::function<void(Status)> done) {
  core_->replicas->OnPeerMessage(from, message, std::move(done));
}

void Service::WatchGroups(std::function<void(const ReplicationGroup&)> watcher) {
  core_->replicas->Watch(std::move(watcher));
}

void Service::OnReplicaCaughtUp(storage::TableId table) { core_->replicas->OnCaughtUp(table); }

void Service::ApplyRemote(storage::TableId table, std::vector<RemoteChange> changes,
                          storage::WriteBatch also, std::function<void(Status)> done) {
  ApplyRemoteChanges(*core_, table, std::move(changes), std::move(also), std::move(done));
}

void Service::CloseTable(storage::TableId table, std::function<void()> idle) {
  if (LiveTable* live = core_->catalog.Find(table)) live->closed = true;
  // Batches are durable in their order: this one is after all that are under way.
  storage::WriteBatch barrier;
  std::string clock;
  storage::AppendVersion(clock, core_->versions.Current());
  barrier.Put(storage::Space::kMeta, std::string(kClockMetaKey), std::move(clock));
  core_->d.committer.Commit(std::move(barrier),
                            [idle = std::move(idle)](const Status&) { idle(); });
}

void Service::ReopenTable(storage::TableId table) {
  if (LiveTable* live = core_->catalog.Find(table)) live->closed = false;
}

void Service::EmptyTable(storage::TableId table, storage::WriteBatch also,
                         std::function<void(Status)> done) {
  dynamodb::EmptyTable(*core_, table, std::move(also), std::move(done));
}

void Service::ApplySalvage(storage::TableId table, std::vector<RemoteChange> changes,
                           storage::WriteBatch also,
                           std::function<void(Status, std::vector<std::string>)> done) {
  ApplySalvagedWrites(*core_, table, std::move(changes), std::move(also), std::move(done));
}

const storage::Generations& Service::GetGenerations(storage::TableId table) const {
  static const storage::Generations kNone = {{0, 1}};
  const LiveTable* live = core_->catalog.Find(table);
  return live ? live->log.generations() : kNone;
}

void Service::Reintroduce(std::string_view region, storage::WriteBatch& batch) {
  core_->replicas->Reintroduce(region, batch);
}

void Service::DropTombstones(storage::TableId table, std::vector<TombstoneToDrop> tombstones,
                             storage::WriteBatch also, std::function<void(Status)> done) {
  dynamodb::DropTombstones(*core_, table, std::move(tombstones), std::move(also), std::move(done));
}

void Service::Observe(const storage::Version& version) { core_->versions.Observe(version); }

Service::LogHead Service::GetLogHead(storage::TableId table) const {
  const LiveTable* live = core_->catalog.Find(table);
  if (!live) return {};
  const storage::Version* oldest = live->log.OldestUnderWay();
  const storage::Version& frontier = core_->writes.frontier();
  return {live->log.durable(), oldest ? std::min(*oldest, frontier) : frontier};
}

void Service::WatchLog(std::function<void(storage::TableId)> watcher) {
  core_->writes.WatchLog(std::move(watcher));
}

uint64_t Service::OldestNeededSequence(storage::TableId table) const {
  const LiveTable* live = core_->catalog.Find(table);
  return live ? OldestNeeded(*core_, *live) : 0;
}

void Service::SetReplicationBound(storage::TableId table, uint64_t first_needed) {
  if (LiveTable* live = core_->catalog.Find(table)) {
    live->replication_bound = std::max(live->replication_bound, first_needed);
  }
}

void Service::Tick() {
  core_->writes.Tick();
  core_->expiry.Run(*core_);
  core_->writes.Submit(
      {}, KeyQueue::Kind::kWrite,
      [core = core_.get()]() -> http::AwsResult<WritePath::Evaluated> {
        WritePath::Evaluated evaluated;
        for (const auto& [name, live] : core->catalog.tables()) {
          Maintain(*core, *live, evaluated.also);
        }
        DropOldStreams(*core, evaluated.also);
        core->tokens.Expire(core->now(), evaluated.also);
        return evaluated;
      },
      [core = core_.get()](const http::AwsResult<void>& maintained) {
        if (maintained) return;
        for (const auto& [name, live] : core->catalog.tables()) ForgetMaintenance(*live);
      });
}

}  // namespace lifeboat::dynamodb
