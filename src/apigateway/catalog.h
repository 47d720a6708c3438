// The region's APIs and domain names: read from storage at start, kept in memory, changed only
// after the change is durable.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apigateway/domain.h"
#include "apigateway/rest_api.h"
#include "storage/engine.h"

namespace lifeboat::apigateway {

class Catalog {
 public:
  Status Load(const storage::Engine& engine);

  const RestApi* FindApi(std::string_view id) const;
  const DomainName* FindDomain(std::string_view name) const;
  const std::map<std::string, RestApi, std::less<>>& apis() const { return apis_; }
  const std::map<std::string, DomainName, std::less<>>& domains() const { return domains_; }

  static void StagePut(storage::WriteBatch& batch, const RestApi& api);
  static void StagePut(storage::WriteBatch& batch, const DomainName& domain);
  static void StageDeleteApi(storage::WriteBatch& batch, std::string_view id);
  static void StageDeleteDomain(storage::WriteBatch& batch, std::string_view name);

  /// The staged change is durable: memory follows.
  void Put(RestApi api);
  void Put(DomainName domain);
  void DeleteApi(const std::string& id) { apis_.erase(id); }
  void DeleteDomain(const std::string& name) { domains_.erase(name); }

 private:
  std::map<std::string, RestApi, std::less<>> apis_;
  std::map<std::string, DomainName, std::less<>> domains_;
};

}  // namespace lifeboat::apigateway
