// PeerLink: the caller's side of peer_signature.h. It signs what goes out, believes only answers
// that are signed, and learns the session of each process that it calls.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "auth/peer_signature.h"
#include "base/prng.h"
#include "base/time.h"

namespace lifeboat::auth {

class PeerLink {
 public:
  using Done = std::function<void(Result<http::Response>)>;
  /// Carries one request to `to`. `done` once: the answer, kUnavailable or kUnknownOutcome.
  using Send =
      std::function<void(const std::string& to, http::Request request, Duration timeout, Done)>;

  /// Signs as `self`. `prng` must outlive it.
  PeerLink(PeerKey key, std::string self, Prng& prng, Send send);
  ~PeerLink();

  /// As `Send`. An answer that `to` has not signed is kUnknownOutcome: nobody knows what became of
  /// the request. When `to` has started anew since the last call, the request is sent a second
  /// time; it had no effect the first time. `done` is not called after the link's end.
  void Call(std::string_view to, http::Request request, Duration timeout, Done done);

  /// Answers that were not believed, since the start.
  uint64_t refused() const;

 private:
  struct State;
  static void Attempt(const std::shared_ptr<State>& state, const std::string& to,
                      std::shared_ptr<const http::Request> request, Duration timeout, Done done,
                      bool again);

  std::shared_ptr<State> state_;
};

}  // namespace lifeboat::auth
