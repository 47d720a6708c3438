#include "apigateway/catalog.h"

namespace lifeboat::apigateway {
namespace {

using storage::Space;

constexpr std::string_view kApiPrefix = "apigateway/api/";
constexpr std::string_view kDomainPrefix = "apigateway/domain/";

std::string Key(std::string_view prefix, std::string_view name) {
  return std::string(prefix).append(name);
}

/// Calls `take` with every document under `prefix`.
Status ReadAll(const storage::Engine& engine, std::string_view prefix,
               const std::function<Status(const json::Value&)>& take) {
  const auto it = engine.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    const Result<json::Value> document = json::Parse(it->value());
    if (!document.ok()) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} cannot be read: {}", it->key(), document.error().message)};
    }
    if (Status taken = take(*document); !taken.ok()) return taken;
  }
  return it->status();
}

}  // namespace

Status Catalog::Load(const storage::Engine& engine) {
  Status apis = ReadAll(engine, kApiPrefix, [this](const json::Value& document) -> Status {
    Result<RestApi> api = RestApi::FromJson(document);
    if (!api.ok()) return api.error();
    Put(std::move(*api));
    return {};
  });
  if (!apis.ok()) return apis;
  return ReadAll(engine, kDomainPrefix, [this](const json::Value& document) -> Status {
    Result<DomainName> domain = DomainName::FromJson(document);
    if (!domain.ok()) return domain.error();
    Put(std::move(*domain));
    return {};
  });
}

const RestApi* Catalog::FindApi(std::string_view id) const {
  const auto it = apis_.find(id);
  return it == apis_.end() ? nullptr : &it->second;
}

const DomainName* Catalog::FindDomain(std::string_view name) const {
  const auto it = domains_.find(name);
  return it == domains_.end() ? nullptr : &it->second;
}

void Catalog::StagePut(storage::WriteBatch& batch, const RestApi& api) {
  batch.Put(Space::kMeta, Key(kApiPrefix, api.id), json::Write(api.ToJson()));
}

void Catalog::StagePut(storage::WriteBatch& batch, const DomainName& domain) {
  batch.Put(Space::kMeta, Key(kDomainPrefix, domain.name), json::Write(domain.ToJson()));
}

void Catalog::StageDeleteApi(storage::WriteBatch& batch, std::string_view id) {
  batch.Delete(Space::kMeta, Key(kApiPrefix, id));
}

void Catalog::StageDeleteDomain(storage::WriteBatch& batch, std::string_view name) {
  batch.Delete(Space::kMeta, Key(kDomainPrefix, name));
}

void Catalog::Put(RestApi api) {
  std::string id = api.id;
  apis_.insert_or_assign(std::move(id), std::move(api));
}

void Catalog::Put(DomainName domain) {
  std::string name = domain.name;
  domains_.insert_or_assign(std::move(name), std::move(domain));
}

}  // namespace lifeboat::apigateway
