// HttpSession: one client's HTTP connections. It resolves the host, maps the port, opens or reuses
// a connection and makes one attempt; retries are the caller's, since each is journaled.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/cohort.h"
#include "client/dialer.h"
#include "client/lifeline.h"
#include "client/places.h"
#include "client/resolver.h"
#include "http/message.h"

namespace lifeboat::client {

inline constexpr size_t kMaxIdleConnections = 64;
/// An idle connection older than this is not used again: servers close theirs after a minute or so.
inline constexpr Duration kMaxIdleTime = Duration::Seconds(50);

/// How one attempt ended: an answer that was received in full, or how far it got.
struct Exchange {
  std::optional<http::Response> response;
  TransportError error;  ///< When there is no response.
  std::string address;   ///< That was dialed; empty when the name had no address.
  bool reused = false;   ///< On a connection that had served before.
};

class HttpSession {
 public:
  HttpSession(Dialer& dialer, const Clock& clock, Resolver& resolver, const Places& places,
              ConnectionPolicy policy)
      : dialer_(dialer), clock_(clock), resolver_(resolver), places_(places), policy_(policy) {}

  /// Connections are closed when they are older than this; those that are open at the same time
  /// count as equally old, and the first ones as old as the resolver's first answer. So a client
  /// that sends two requests at once asks DNS no oftener than any other. Without a call they live
  /// for as long as both sides keep them.
  void LimitLifetime(Duration lifetime) { lifetime_ = lifetime; }

  /// One attempt within `timeout`, name resolution included. Host is set from the URL when the
  /// request has none; the request's target is sent as it is. `done` runs once.
  void Send(const http::Url& url, http::Request request, Duration timeout,
            std::function<void(Exchange)> done);
  size_t idle_connections() const { return idle_.size(); }

 private:
  struct Idle {
    std::string origin;
    std::string address;
    Instant since;   ///< When it became idle.
    Instant opened;  ///< When it was opened, or is taken to have been.
    std::unique_ptr<Connection> connection;
  };
  struct Job {
    std::string origin;
    http::Url url;
    http::Request request;
    Instant deadline;
    std::string address;
    bool reused = false;
    Instant opened;
    std::unique_ptr<Connection> connection;
    std::function<void(Exchange)> done;
  };
  void OnResolved(uint64_t id, Result<std::vector<std::string>> addresses);
  void OnConnected(uint64_t id, Result<std::unique_ptr<Connection>, TransportError> connection);
  void Transmit(uint64_t id);
  void OnAnswer(uint64_t id, Result<http::Response, TransportError> answer);
  void Fail(uint64_t id, TransportError error);
  /// When a connection that is made now is taken to have been opened.
  Instant OpenedNow();
  bool TakeIdle(Job& job);
  bool TooOld(const Idle& idle) const;

  Dialer& dialer_;
  const Clock& clock_;
  Resolver& resolver_;
  const Places& places_;
  ConnectionPolicy policy_;
  std::optional<Duration> lifetime_;
  bool first_ = true;              ///< No connection was opened yet.
  std::optional<Instant> opened_;  ///< Of the connections that are open; none after one broke.
  std::vector<Idle> idle_;         ///< The last one served last and is taken first.
  std::map<uint64_t, Job> jobs_;
  uint64_t next_job_ = 1;
  size_t next_address_ = 0;
  Lifeline lifeline_;
};

}  // namespace lifeboat::client
