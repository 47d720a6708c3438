#include "region/credentials.h"

#include "base/check.h"
#include "base/ids.h"

namespace lifeboat::region {

Credentials::Credentials(std::vector<auth::Credentials> world, Prng& prng) : prng_(prng) {
  Check(!world.empty(), "a world has at least one key");
  own_ = world.front();
  for (auth::Credentials& key : world) {
    std::string id = key.access_key_id;
    keys_.insert_or_assign(std::move(id), std::move(key));
  }
}

const auth::Credentials* Credentials::Find(std::string_view access_key_id) const {
  const auto it = keys_.find(access_key_id);
  return it == keys_.end() ? nullptr : &it->second;
}

const auth::Credentials& Credentials::MakeTemporary(std::string arn) {
  auth::Credentials made;
  made.access_key_id = "ASIA" + NewId(prng_, 16, kUpperAlnum);
  made.secret_access_key = NewId(prng_, 40, kLowerAlnum);
  made.session_token = NewId(prng_, 64, kLowerAlnum);
  made.arn = std::move(arn);
  std::string id = made.access_key_id;
  temporary_.insert(id);
  return keys_.insert_or_assign(std::move(id), std::move(made)).first->second;
}

}  // namespace lifeboat::region
