// How processes of one world know each other: an HMAC with the world's key over each request and
// over its answer (docs/formats/world.md, "Peers"). Clocks play no part, because the clocks of the
// machines are among what a drill disturbs.
//
// A request carries the session of the process that it is meant for, which that process draws when
// it starts. So what somebody caught on a dead region's port is worth nothing to the region that
// comes back. An answer carries the nonce of its request, so it answers that one and no other.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace lifeboat::auth {

/// The secret of a world that its processes share. Never empty.
struct PeerKey {
  std::string bytes;
};
inline constexpr size_t kPeerKeyBytes = 32;

/// The names under which processes that are no regions sign.
inline constexpr std::string_view kSupervisorPeer = "supervisor";
inline constexpr std::string_view kNameServerPeer = "nameserver";

/// Who calls whom.
struct PeerCall {
  std::string from;
  std::string to;
  std::string session;  ///< Of `to`, as far as the caller knows it; empty for the first call.
  std::string nonce;    ///< The caller's own, never used twice.
};

inline constexpr std::string_view kPeerFromHeader = "X-Lifeboat-Peer";
inline constexpr std::string_view kPeerSessionHeader = "X-Lifeboat-Session";
inline constexpr std::string_view kPeerNonceHeader = "X-Lifeboat-Nonce";
inline constexpr std::string_view kPeerSignatureHeader = "X-Lifeboat-Signature";

/// True when the request claims to come from a peer.
bool IsPeerSigned(const http::Request& request);

/// Adds the headers. The signature covers `call`, method, target and body.
void SignPeerRequest(const PeerKey& key, const PeerCall& call, http::Request& request);
/// Who sent this request to `to`. kInvalid, with the reason, when it does not carry a signature of
/// the world's key over exactly this request. The session is the reader's to compare.
Result<PeerCall> VerifyPeerRequest(const PeerKey& key, std::string_view to,
                                   const http::Request& request);

/// Signs the answer to `call`: status, session header and body.
void SignPeerAnswer(const PeerKey& key, const PeerCall& call, http::Response& response);
/// kInvalid when this is not what `call.to` answered to `call`.
Status VerifyPeerAnswer(const PeerKey& key, const PeerCall& call, const http::Response& response);

}  // namespace lifeboat::auth
