#include "apigateway/core.h"

#include <utility>

#include "apigateway/errors.h"
#include "base/aws_regions.h"
#include "base/log.h"

namespace lifeboat::apigateway {

http::AwsResult<const RestApi*> Core::FindApi(std::string_view id) const {
  const RestApi* api = catalog_.FindApi(id);
  if (!api) return ApiNotFound(options_.account, id);
  return api;
}

http::AwsResult<const DomainName*> Core::FindDomain(std::string_view name) const {
  const DomainName* domain = catalog_.FindDomain(name);
  if (!domain) return InvalidIdentifier("domain name");
  return domain;
}

void Core::Commit(storage::WriteBatch batch, std::function<void()> apply, Done done) {
  dependencies_.committer.Commit(std::move(batch),
                                 [alive = std::weak_ptr<bool>(alive_), apply = std::move(apply),
                                  done = std::move(done)](Status status) {
                                   if (alive.expired()) return;
                                   if (!status.ok()) {
                                     log::Error("apigateway: {}", status.error().message);
                                     done(StorageFailed());
                                     return;
                                   }
                                   apply();
                                   done({});
                                 });
}

void Core::Store(RestApi api, Done done) {
  storage::WriteBatch batch;
  Catalog::StagePut(batch, api);
  auto apply = [this, api = std::move(api)]() mutable { catalog_.Put(std::move(api)); };
  Commit(std::move(batch), std::move(apply), std::move(done));
}

void Core::Store(DomainName domain, Done done) {
  storage::WriteBatch batch;
  Catalog::StagePut(batch, domain);
  auto apply = [this, domain = std::move(domain)] {
    catalog_.Put(domain);
    ServeCertificateOf(domain);
  };
  Commit(std::move(batch), std::move(apply), std::move(done));
}

void Core::DeleteApi(const std::string& id, Done done) {
  storage::WriteBatch batch;
  Catalog::StageDeleteApi(batch, id);
  Commit(
      std::move(batch), [this, id] { catalog_.DeleteApi(id); }, std::move(done));
}

void Core::DeleteDomain(const std::string& name, Done done) {
  storage::WriteBatch batch;
  Catalog::StageDeleteDomain(batch, name);
  auto apply = [this, name] {
    catalog_.DeleteDomain(name);
    dependencies_.serve_certificate(name, "", "");
  };
  Commit(std::move(batch), std::move(apply), std::move(done));
}

std::string_view Core::HostedZoneId() const {
  const auto region = FindAwsRegion(options_.region);
  return region ? region->execute_api_zone_id : std::string_view();
}

void Core::ServeCertificateOf(const DomainName& domain) {
  const auto certificate = dependencies_.certificates.Find(domain.certificate_arn);
  if (!certificate) {
    log::Error("apigateway: {} has lost its certificate {}", domain.name, domain.certificate_arn);
    return;
  }
  dependencies_.serve_certificate(domain.name, certificate->chain_pem, certificate->key_pem);
}

}  // namespace lifeboat::apigateway
