// The keys that a region knows: the world's, and temporary ones that it has made for its functions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "auth/sigv4.h"
#include "base/prng.h"

namespace lifeboat::region {

class Credentials final : public auth::CredentialSource {
 public:
  /// `world` holds at least one key; the first one signs calls to other regions.
  Credentials(std::vector<auth::Credentials> world, Prng& prng);

  const auth::Credentials* Find(std::string_view access_key_id) const override;
  /// Whether MakeTemporary has made it.
  bool IsTemporary(std::string_view access_key_id) const {
    return temporary_.contains(access_key_id);
  }
  const auth::Credentials& own() const { return own_; }
  /// New temporary credentials for `arn`, valid as long as this region process lives.
  const auth::Credentials& MakeTemporary(std::string arn);

 private:
  Prng& prng_;
  auth::Credentials own_;
  std::map<std::string, auth::Credentials, std::less<>> keys_;
  std::set<std::string, std::less<>> temporary_;
};

}  // namespace lifeboat::region
