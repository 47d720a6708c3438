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

namespace {
Error TooSlow() { return {ErrorCode::kUnknownOutcome, "no answer in time over a slow link"}; }
}  // namespace

void FaultyLink::CallPeer(std::string_view region, http::Request request, Duration timeout,
                          std::function<void(Result<http::Response>)> done) {
  // Nothing passes a cut, in whichever direction it is: a request needs one, its answer the other.
  if (faults_.Get(self_, region).cut || faults_.Get(region, self_).cut) {
    host_.scheduler().After({}, [done = std::move(done)] {
      done(Error{ErrorCode::kUnavailable, "the link is cut"});
    });
    return;
  }
  const Instant deadline = host_.clock().Now() + timeout;
  const Duration there = fault::DelayOnLink(faults_, self_, region, host_.prng());
  std::string to(region);
  auto answered = [this, alive = std::weak_ptr<bool>(alive_), to, deadline,
                   done = std::move(done)](Result<http::Response> answer) {
    if (!alive.expired()) OnAnswer(to, deadline, std::move(answer), done);
  };
  if (there.ns == 0) return peers_.Call(region, std::move(request), timeout, std::move(answered));
  host_.scheduler().After(std::min(there, timeout), [this, alive = std::weak_ptr<bool>(alive_), to,
                                                     request = std::move(request), deadline,
                                                     answered = std::move(answered)]() mutable {
    if (alive.expired()) return;
    const Duration left = deadline - host_.clock().Now();
    if (left.ns <= 0) return answered(TooSlow());
    peers_.Call(to, std::move(request), left, std::move(answered));
  });
}

/// The way back: what the link is like as the answer comes, maybe to a call of long ago.
void FaultyLink::OnAnswer(const std::string& from, Instant deadline, Result<http::Response> answer,
                          const std::function<void(Result<http::Response>)>& done) {
  const Duration back = fault::DelayOnLink(faults_, from, self_, host_.prng());
  if (back.ns == 0) return done(std::move(answer));
  const Duration left = std::max(deadline - host_.clock().Now(), Duration{});
  if (back > left) answer = TooSlow();
  host_.scheduler().After(std::min(back, left), [done, answer = std::move(answer)]() mutable {
    done(std::move(answer));
  });
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
