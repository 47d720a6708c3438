#include "auth/peer_signature.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::auth {
namespace {

/// The parts with their lengths, so that no two lists of parts read alike.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    out.append(std::to_string(part.size())).append(":").append(part).append("\n");
  }
  return out;
}

std::string RequestSignature(const PeerKey& key, const PeerCall& call,
                             const http::Request& request) {
  return HexEncode(HmacSha256(
      key.bytes, Joined({"lifeboat peer request 1", call.from, call.to, call.session, call.nonce,
                         request.method, request.target, Sha256(request.body)})));
}

std::string AnswerSignature(const PeerKey& key, const PeerCall& call,
                            const http::Response& response) {
  return HexEncode(HmacSha256(
      key.bytes, Joined({"lifeboat peer answer 1", call.from, call.to, call.session, call.nonce,
                         std::to_string(response.status), response.headers.Get(kPeerSessionHeader),
                         Sha256(response.body)})));
}

}  // namespace

bool IsPeerSigned(const http::Request& request) {
  return request.headers.Find(kPeerSignatureHeader) != nullptr;
}

void SignPeerRequest(const PeerKey& key, const PeerCall& call, http::Request& request) {
  request.headers.Set(std::string(kPeerFromHeader), call.from);
  request.headers.Set(std::string(kPeerSessionHeader), call.session);
  request.headers.Set(std::string(kPeerNonceHeader), call.nonce);
  request.headers.Set(std::string(kPeerSignatureHeader), RequestSignature(key, call, request));
}

Result<PeerCall> VerifyPeerRequest(const PeerKey& key, std::string_view to,
                                   const http::Request& request) {
  if (!IsPeerSigned(request)) return InvalidError("the request is not signed by a peer");
  PeerCall call{std::string(request.headers.Get(kPeerFromHeader)), std::string(to),
                std::string(request.headers.Get(kPeerSessionHeader)),
                std::string(request.headers.Get(kPeerNonceHeader))};
  if (call.from.empty() || call.nonce.empty())
    return InvalidError(fmt::format("{} and {} are needed beside the signature", kPeerFromHeader,
                                    kPeerNonceHeader));
  if (!ConstantTimeEquals(RequestSignature(key, call, request),
                          request.headers.Get(kPeerSignatureHeader)))
    return InvalidError("the request's signature is not one of this world's key over this request");
  return call;
}

void SignPeerAnswer(const PeerKey& key, const PeerCall& call, http::Response& response) {
  response.headers.Set(std::string(kPeerSignatureHeader), AnswerSignature(key, call, response));
}

Status VerifyPeerAnswer(const PeerKey& key, const PeerCall& call, const http::Response& response) {
  if (response.headers.Find(kPeerSignatureHeader) == nullptr)
    return InvalidError(fmt::format("the answer is not signed by {}", call.to));
  if (!ConstantTimeEquals(AnswerSignature(key, call, response),
                          response.headers.Get(kPeerSignatureHeader)))
    return InvalidError(
        fmt::format("the answer's signature is not {}'s over what we asked", call.to));
  return {};
}

}  // namespace lifeboat::auth
