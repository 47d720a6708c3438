// What the services need of each other, in the interfaces that each of them has defined. Adapters
// carry calls and translate values, nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "acm/service.h"
#include "apigateway/certificate_source.h"
#include "auth/peer_link.h"
#include "base/scheduler.h"
#include "dynamodb/service.h"
#include "fault/effects.h"
#include "lambda/code_source.h"
#include "region/host.h"
#include "replication/interfaces.h"
#include "replication/replicator.h"
#include "s3/service.h"

namespace lifeboat::region {

/// dynamodb's messages to other regions go through replication's outbox.
class PeersOverReplicator final : public dynamodb::Peers {
 public:
  explicit PeersOverReplicator(std::vector<std::string> regions) : regions_(std::move(regions)) {}
  void Connect(replication::Replicator& replicator) { replicator_ = &replicator; }

  std::vector<std::string> Regions() const override { return regions_; }
  void Send(storage::WriteBatch& batch, std::string_view region, json::Value message) override;
  void Flush() override;

 private:
  std::vector<std::string> regions_;
  replication::Replicator* replicator_ = nullptr;
};

/// replication's view of the tables.
class TablesForReplication final : public replication::ChangeApplier,
                                   public replication::LogSource {
 public:
  explicit TablesForReplication(dynamodb::Service& dynamodb) : dynamodb_(dynamodb) {}

  void ApplyRemote(storage::TableId table, std::vector<replication::Change> changes,
                   storage::WriteBatch also, std::function<void(Status)> done) override;
  void DropTombstones(storage::TableId table, std::vector<Tombstone> tombstones,
                      storage::WriteBatch also, std::function<void(Status)> done) override;
  void Close(storage::TableId table, std::function<void()> idle) override;
  void Reopen(storage::TableId table) override;
  void Empty(storage::TableId table, storage::WriteBatch also,
             std::function<void(Status)> done) override;
  void ApplySalvage(storage::TableId table, std::vector<replication::Change> changes,
                    storage::WriteBatch also,
                    std::function<void(Status, std::vector<std::string>)> done) override;
  void Observe(const storage::Version& version) override;
  Head GetLogHead(storage::TableId table) const override;
  const storage::Generations& GetGenerations(storage::TableId table) const override;
  void SetReplicationBound(storage::TableId table, uint64_t first_needed) override;

 private:
  dynamodb::Service& dynamodb_;
};

/// Signed calls to other regions, refused while the link is cut.
class FaultyLink final : public replication::PeerCaller {
 public:
  FaultyLink(std::string self, auth::PeerLink& peers, Host& host, const fault::Table& faults)
      : self_(std::move(self)), peers_(peers), host_(host), faults_(faults) {}
  void CallPeer(std::string_view region, http::Request request, Duration timeout,
                std::function<void(Result<http::Response>)> done) override;

 private:
  void OnAnswer(const std::string& from, Instant deadline, Result<http::Response> answer,
                const std::function<void(Result<http::Response>)>& done);

  std::string self_;
  auth::PeerLink& peers_;
  Host& host_;
  const fault::Table& faults_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Lambda's packages come from the region's own bucket.
class CodeFromS3 final : public lambda::CodeSource {
 public:
  explicit CodeFromS3(s3::Service& s3) : s3_(s3) {}
  void Fetch(std::string_view bucket, std::string_view key, std::string_view version,
             std::function<void(http::AwsResult<std::string>)> done) override;

 private:
  s3::Service& s3_;
};

/// API Gateway's certificates are ACM's.
class CertificatesFromAcm final : public apigateway::CertificateSource {
 public:
  explicit CertificatesFromAcm(const acm::Service& acm) : acm_(acm) {}
  std::optional<apigateway::Certificate> Find(std::string_view arn) const override;

 private:
  const acm::Service& acm_;
};

}  // namespace lifeboat::region
