#include "region/peer_gate.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "json/value.h"

namespace lifeboat::region {
namespace {

http::Response Refusal(int status, std::string_view message) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = json::Write(json::Object{{"message", message}}) + "\n";
  return response;
}

bool IsOpen(const http::Request& request, std::string_view path) {
  return request.method == "GET" &&
         (path == "/_lifeboat/status" || path == "/_lifeboat/replication/metrics");
}

}  // namespace

PeerGate::PeerGate(auth::PeerKey key, std::string self, std::vector<std::string> regions,
                   Prng& prng)
    : key_(std::move(key)),
      self_(std::move(self)),
      regions_(std::move(regions)),
      session_(NewUuid(prng)) {}

std::string PeerGate::Objection(std::string_view path, std::string_view from) const {
  const bool is_region =
      from != self_ && std::find(regions_.begin(), regions_.end(), from) != regions_.end();
  const bool is_supervisor = from == auth::kSupervisorPeer;
  const bool is_name_server = from == auth::kNameServerPeer;
  if (!is_region && !is_supervisor && !is_name_server)
    return fmt::format("this world has no peer {}", from);
  if (path.starts_with("/_lifeboat/faults") && !is_supervisor)
    return fmt::format("faults are the supervisor's to set, not {}'s", from);
  if (path.starts_with("/_lifeboat/replication/") && is_supervisor)
    return fmt::format("{} is for regions and name servers", path);
  if (path.starts_with("/_lifeboat/route53/") && !is_name_server)
    return fmt::format("{} is for name servers", path);
  return "";
}

bool PeerGate::Admit(const http::Request& request, http::Reply& reply) const {
  const std::string_view path = http::SplitTarget(request.target).path;
  if (!auth::IsPeerSigned(request)) {
    if (!path.starts_with(kLifeboatPrefix) || IsOpen(request, path)) return true;
    reply(Refusal(403, fmt::format("{} {} is for processes of this world: the request is not "
                                   "signed with the world's key",
                                   request.method, path)));
    return false;
  }
  const Result<auth::PeerCall> call = auth::VerifyPeerRequest(key_, self_, request);
  if (!call.ok()) {
    reply(Refusal(403, call.error().message));
    return false;
  }
  reply = [key = key_, call = *call, reply = std::move(reply)](http::Response response) {
    auth::SignPeerAnswer(key, call, response);
    reply(std::move(response));
  };
  if (const std::string objection = Objection(path, call->from); !objection.empty()) {
    reply(Refusal(403, objection));
    return false;
  }
  if (call->session == session_) return true;
  http::Response anew = Refusal(409, "ask again, with the session of this process");
  anew.headers.Set(std::string(auth::kPeerSessionHeader), session_);
  reply(std::move(anew));
  return false;
}

}  // namespace lifeboat::region
