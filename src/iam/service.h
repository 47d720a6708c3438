// IAM's roles: stored, described, deleted; nothing is enforced. The control plane lives in
// us-east-1, as in AWS. Runs on its owner's one thread; an answer goes out once its change is
// durable.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/prng.h"
#include "base/time.h"
#include "http/message.h"
#include "iam/role.h"
#include "storage/committer.h"
#include "storage/engine.h"

namespace lifeboat::iam {

inline constexpr size_t kMaxRoles = 1000;  ///< IAM's default quota.
inline constexpr size_t kMaxPolicyBytes = 10'240;
inline constexpr size_t kMaxPoliciesPerRole = 20;

class Service {
 public:
  struct Options {
    std::string account;
  };
  struct Dependencies {
    storage::Engine& engine;
    storage::Committer& committer;
    const Clock& clock;
    Prng& prng;
  };

  /// Reads the roles back from the engine.
  static Result<std::unique_ptr<Service>> Open(Options options, Dependencies dependencies);

  /// A request whose signature has been checked.
  void Handle(const http::Request& request, http::Reply reply);

  /// nullptr when there is none.
  const Role* FindRole(std::string_view name) const;

 private:
  friend struct Actions;
  Service(Options options, Dependencies dependencies)
      : options_(std::move(options)), dependencies_(dependencies) {}
  /// Stores `role` (or removes it when `gone`), then answers.
  void Save(const Role& role, bool gone, http::Response response, http::Reply reply);

  Options options_;
  Dependencies dependencies_;
  std::map<std::string, Role, std::less<>> roles_;
};

}  // namespace lifeboat::iam
