// Core: what the operations of the control plane and the data plane work on. One object, owned by
// Service.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "apigateway/catalog.h"
#include "apigateway/service.h"
#include "http/aws_error.h"

namespace lifeboat::apigateway {

class Core {
 public:
  Core(Service::Options options, Service::Dependencies dependencies)
      : options_(std::move(options)), dependencies_(std::move(dependencies)) {}

  const Service::Options& options() const { return options_; }
  Service::Dependencies& dependencies() { return dependencies_; }
  Catalog& catalog() { return catalog_; }
  const Catalog& catalog() const { return catalog_; }
  WallTime now() const { return dependencies_.clock.WallNow(); }
  Prng& prng() { return dependencies_.prng; }

  /// NotFoundException when it isn't here.
  http::AwsResult<const RestApi*> FindApi(std::string_view id) const;
  http::AwsResult<const DomainName*> FindDomain(std::string_view name) const;

  using Done = std::function<void(http::AwsResult<void>)>;
  /// Makes the new state durable; memory follows, then `done` runs.
  void Store(RestApi api, Done done);
  void Store(DomainName domain, Done done);
  void DeleteApi(const std::string& id, Done done);
  void DeleteDomain(const std::string& name, Done done);

  /// The suffix of this region's API hosts: `.execute-api.<region>.amazonaws.com`.
  const std::string& host_suffix() const { return host_suffix_; }
  std::string_view HostedZoneId() const;
  /// Serves the certificate of a domain name, or logs why it can't.
  void ServeCertificateOf(const DomainName& domain);

 private:
  void Commit(storage::WriteBatch batch, std::function<void()> apply, Done done);

  Service::Options options_;
  Service::Dependencies dependencies_;
  const std::string host_suffix_ = ".execute-api." + options_.region + ".amazonaws.com";
  Catalog catalog_;
  /// Callbacks that may come after our end hold it weakly.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lifeboat::apigateway
