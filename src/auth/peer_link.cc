#include "auth/peer_link.h"

#include <set>

#include "base/ids.h"
#include "base/log.h"

namespace lifeboat::auth {

struct PeerLink::State {
  PeerKey key;
  std::string self;
  Prng& prng;
  Send send;
  std::map<std::string, std::string, std::less<>> sessions;  ///< By peer.
  uint64_t refused = 0;
  std::set<std::string, std::less<>> doubted;  ///< Peers whose last answer was not believed.
};

PeerLink::PeerLink(PeerKey key, std::string self, Prng& prng, Send send)
    : state_(new State{std::move(key), std::move(self), prng, std::move(send), {}}) {}

PeerLink::~PeerLink() = default;

uint64_t PeerLink::refused() const { return state_->refused; }

void PeerLink::Call(std::string_view to, http::Request request, Duration timeout, Done done) {
  Attempt(state_, std::string(to), std::make_shared<const http::Request>(std::move(request)),
          timeout, std::move(done), true);
}

void PeerLink::Attempt(const std::shared_ptr<State>& state, const std::string& to,
                       std::shared_ptr<const http::Request> request, Duration timeout, Done done,
                       bool again) {
  const PeerCall call{state->self, to, state->sessions[to], NewUuid(state->prng)};
  http::Request signed_request = *request;
  SignPeerRequest(state->key, call, signed_request);
  // Whoever was not believed may hold the connections that we keep for the next request.
  if (state->doubted.contains(to)) signed_request.headers.Set("Connection", "close");
  state->send(to, std::move(signed_request), timeout,
              [weak = std::weak_ptr<State>(state), call, request, timeout, done = std::move(done),
               again](Result<http::Response> answer) {
                const std::shared_ptr<State> alive = weak.lock();
                if (!alive) return;
                if (!answer.ok()) return done(std::move(answer));
                if (const Status signed_by = VerifyPeerAnswer(alive->key, call, *answer);
                    !signed_by) {
                  ++alive->refused;
                  if (alive->doubted.insert(call.to).second)
                    log::Warn("answers in the name of {} are not believed: {}", call.to,
                              signed_by.error().message);
                  return done(Error{ErrorCode::kUnknownOutcome, signed_by.error().message});
                }
                alive->doubted.erase(call.to);
                const std::string* session = answer->headers.Find(kPeerSessionHeader);
                if (session == nullptr) return done(std::move(answer));
                alive->sessions[call.to] = *session;
                if (again) return Attempt(alive, call.to, request, timeout, done, false);
                done(Error{ErrorCode::kUnavailable, call.to + " starts again and again"});
              });
}

}  // namespace lifeboat::auth
