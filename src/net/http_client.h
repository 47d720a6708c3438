// HttpClient: requests to a few endpoints over kept-alive connections, for peers and for the edge.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "client/dialer.h"
#include "net/event_loop.h"

namespace lifeboat::net {

struct HttpClientLimits {
  Duration connect_timeout = Duration::Seconds(2);
  /// Connections kept for later, an endpoint. Shorter than servers keep them.
  size_t idle_connections = 32;
  Duration idle_time = Duration::Seconds(20);
  /// Requests under way, in all; beyond, kUnavailable.
  size_t requests = 10'000;
};

class HttpClient {
 public:
  using Done = std::function<void(Result<http::Response>)>;

  HttpClient(EventLoop& loop, client::Dialer& dialer, HttpClientLimits limits = {});
  /// Requests under way are given up and their `done` is not called.
  ~HttpClient();

  /// `done` runs once, never inside this call: the answer; kUnavailable when nothing was sent;
  /// kUnknownOutcome when something was and no whole answer came within `timeout`. A request with
  /// `Connection: close` gets a connection of its own, and those that wait for further use go.
  void Call(const client::Endpoint& endpoint, http::Request request, Duration timeout, Done done);

 private:
  using Key = std::tuple<std::string, uint16_t, bool, std::string>;
  struct Idle {
    std::unique_ptr<client::Connection> connection;
    Instant since;
  };
  struct Flight;

  std::unique_ptr<client::Connection> TakeIdle(const Key& key);
  void KeepIdle(const Key& key, std::unique_ptr<client::Connection> connection);
  void DropIdle(const Key& key);
  void Drop(std::unique_ptr<client::Connection> connection);
  void SendOn(const std::shared_ptr<Flight>& flight);
  void Finish(const std::shared_ptr<Flight>& flight, Result<http::Response> outcome);

  EventLoop& loop_;
  client::Dialer& dialer_;
  const HttpClientLimits limits_;
  std::map<Key, std::vector<Idle>> idle_;
  std::set<std::shared_ptr<Flight>> flights_;
};

}  // namespace lifeboat::net
