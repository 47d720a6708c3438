// PeerGate: the one door in front of what only processes of the same world may ask of a region. It
// verifies requests of peers before anything is done with them, and signs their answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/peer_signature.h"
#include "base/prng.h"
#include "http/message.h"

namespace lifeboat::region {

/// Paths of the world's own protocols, beside AWS's.
inline constexpr std::string_view kLifeboatPrefix = "/_lifeboat/";

class PeerGate {
 public:
  /// Of the region `self` among `regions`. A new session is drawn from `prng`.
  PeerGate(auth::PeerKey key, std::string self, std::vector<std::string> regions, Prng& prng);

  /// True when the request may be handled; `reply` then signs the answer of a peer's request. Else
  /// it has been answered: 403 when the caller may not ask that, 409 with our session when it does
  /// not know that session, which it must not have been able to guess.
  ///
  /// Below kLifeboatPrefix a peer's signature is needed for all but GET of `status` and
  /// `replication/metrics`, which tell no content; elsewhere one that is there must be right.
  bool Admit(const http::Request& request, http::Reply& reply) const;

 private:
  /// Why `from` may not ask for `path`; empty when it may.
  std::string Objection(std::string_view path, std::string_view from) const;

  const auth::PeerKey key_;
  const std::string self_;
  const std::vector<std::string> regions_;
  const std::string session_;
};

}  // namespace lifeboat::region
