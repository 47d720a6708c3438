#include "iam/service.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "http/query_protocol.h"
#include "iam/actions.h"
#include "iam/errors.h"

namespace lifeboat::iam {
namespace {

constexpr std::string_view kPrefix = "iam/role/";

}  // namespace

Result<std::unique_ptr<Service>> Service::Open(Options options, Dependencies dependencies) {
  auto service = std::unique_ptr<Service>(new Service(std::move(options), dependencies));
  const auto it =
      dependencies.engine.NewIterator(storage::Space::kMeta, kPrefix, storage::PrefixEnd(kPrefix));
  for (it->Seek(kPrefix); it->Valid(); it->Next()) {
    const auto value = json::Parse(it->value());
    if (!value) return Error{ErrorCode::kCorrupt, fmt::format("{}: not JSON", it->key())};
    Role role = RoleFromJson(*value);
    std::string name = role.name;
    service->roles_.insert_or_assign(std::move(name), std::move(role));
  }
  if (const Status read = it->status(); !read) return read.error();
  return service;
}

const Role* Service::FindRole(std::string_view name) const {
  const auto it = roles_.find(name);
  return it == roles_.end() ? nullptr : &it->second;
}

void Service::Save(const Role& role, bool gone, http::Response response, http::Reply reply) {
  storage::WriteBatch batch;
  const std::string key = std::string(kPrefix) + role.name;
  if (gone) {
    batch.Delete(storage::Space::kMeta, key);
    roles_.erase(role.name);
  } else {
    batch.Put(storage::Space::kMeta, key, json::Write(ToJson(role)));
    roles_.insert_or_assign(role.name, role);
  }
  dependencies_.committer.Commit(std::move(batch), [response = std::move(response),
                                                    reply = std::move(reply)](Status done) mutable {
    if (!done) {
      response = http::RenderQueryError({500, "ServiceFailure", done.error().message, ""},
                                        kXmlNamespace, "");
    }
    reply(std::move(response));
  });
}

void Service::Handle(const http::Request& request, http::Reply reply) {
  const http::Params params = http::ReadQueryParams(request);
  const std::string request_id = NewUuid(dependencies_.prng);
  Call call{params, request_id, std::move(reply)};
  const auto done = Actions{*this}.Run(call);
  if (!done) call.reply(http::RenderQueryError(done.error(), kXmlNamespace, request_id));
}

}  // namespace lifeboat::iam
