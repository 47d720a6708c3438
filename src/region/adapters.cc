#include "region/adapters.h"

#include "base/check.h"

namespace lifeboat::region {

void PeersOverReplicator::Send(storage::WriteBatch& batch, std::string_view region,
                               json::Value message) {
  Check(replicator_ != nullptr, "the replicator is connected before messages are sent");
  replicator_->Send(batch, region, message);
}

void PeersOverReplicator::Flush() {
  if (replicator_) replicator_->Flush();
}

namespace {

std::vector<dynamodb::RemoteChange> ToRemote(std::vector<replication::Change> changes) {
  std::vector<dynamodb::RemoteChange> remote;
  remote.reserve(changes.size());
  for (replication::Change& change : changes) {
    remote.push_back({std::move(change.key), std::move(change.version), change.tombstone,
                      std::move(change.image)});
  }
  return remote;
}

}  // namespace

void TablesForReplication::ApplyRemote(storage::TableId table,
                                       std::vector<replication::Change> changes,
                                       storage::WriteBatch also, std::function<void(Status)> done) {
  dynamodb_.ApplyRemote(table, ToRemote(std::move(changes)), std::move(also), std::move(done));
}

void TablesForReplication::DropTombstones(storage::TableId table, std::vector<Tombstone> tombstones,
                                          storage::WriteBatch also,
                                          std::function<void(Status)> done) {
  std::vector<dynamodb::TombstoneToDrop> drops;
  drops.reserve(tombstones.size());
  for (Tombstone& tombstone : tombstones) {
    drops.push_back({std::move(tombstone.key), std::move(tombstone.version)});
  }
  dynamodb_.DropTombstones(table, std::move(drops), std::move(also), std::move(done));
}

void TablesForReplication::Close(storage::TableId table, std::function<void()> idle) {
  dynamodb_.CloseTable(table, std::move(idle));
}

void TablesForReplication::Reopen(storage::TableId table) { dynamodb_.ReopenTable(table); }

void TablesForReplication::Empty(storage::TableId table, storage::WriteBatch also,
                                 std::function<void(Status)> done) {
  dynamodb_.EmptyTable(table, std::move(also), std::move(done));
}

void TablesForReplication::ApplySalvage(
    storage::TableId table, std::vector<replication::Change> changes, storage::WriteBatch also,
    std::function<void(Status, std::vector<std::string>)> done) {
  dynamodb_.ApplySalvage(table, ToRemote(std::move(changes)), std::move(also), std::move(done));
}

const storage::Generations& TablesForReplication::GetGenerations(storage::TableId table) const {
  return dynamodb_.GetGenerations(table);
}

void TablesForReplication::Observe(const storage::Version& version) { dynamodb_.Observe(version); }

replication::LogSource::Head TablesForReplication::GetLogHead(storage::TableId table) const {
  const dynamodb::Service::LogHead head = dynamodb_.GetLogHead(table);
  return {head.durable_sequence, head.frontier};
}

void TablesForReplication::SetReplicationBound(storage::TableId table, uint64_t first_needed) {
  dynamodb_.SetReplicationBound(table, first_needed);
}

void FaultyLink::CallPeer(std::string_view region, http::Request request, Duration timeout,
                          std::function<void(Result<http::Response>)> done) {
  // Nothing passes a cut, in whichever direction it is: a request needs one, its answer the other.
  if (faults_.Get(self_, region).cut || faults_.Get(region, self_).cut) {
    scheduler_.After({}, [done = std::move(done)] {
      done(Error{ErrorCode::kUnavailable, "the link is cut"});
    });
    return;
  }
  peers_.Call(region, std::move(request), timeout, std::move(done));
}

void CodeFromS3::Fetch(std::string_view bucket, std::string_view key, std::string_view,
                       std::function<void(http::AwsResult<std::string>)> done) {
  auto object = s3_.GetObject(bucket, key);
  if (object) return done(*std::move(object));
  done(http::AwsError{404, "NoSuchKey", object.error().message, ""});
}

std::optional<apigateway::Certificate> CertificatesFromAcm::Find(std::string_view arn) const {
  const acm::Certificate* found = acm_.Find(arn);
  if (!found) return std::nullopt;
  return apigateway::Certificate{found->chain_pem, found->key_pem, found->alternative_names};
}

}  // namespace lifeboat::region
