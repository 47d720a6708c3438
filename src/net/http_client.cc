#include "net/http_client.h"

namespace lifeboat::net {

/// A request on its way.
struct HttpClient::Flight {
  Key key;
  http::Request request;
  Instant end;
  Done done;
  std::unique_ptr<client::Connection> connection;
  bool alone = false;  ///< On a connection that was used by no other and will be by none.
};

HttpClient::HttpClient(EventLoop& loop, client::Dialer& dialer, HttpClientLimits limits)
    : loop_(loop), dialer_(dialer), limits_(limits) {}

HttpClient::~HttpClient() = default;

void HttpClient::Call(const client::Endpoint& endpoint, http::Request request, Duration timeout,
                      Done done) {
  if (flights_.size() >= limits_.requests) {
    loop_.Post([done = std::move(done)] {
      done(Error{ErrorCode::kUnavailable, "too many requests under way"});
    });
    return;
  }
  Key key{endpoint.address, endpoint.port, endpoint.tls, endpoint.server_name};
  auto flight = std::make_shared<Flight>(Flight{.key = std::move(key),
                                                .request = std::move(request),
                                                .end = loop_.clock().Now() + timeout,
                                                .done = std::move(done)});
  flights_.insert(flight);
  flight->alone = flight->request.headers.Get("Connection") == "close";
  if (flight->alone) DropIdle(flight->key);
  flight->connection = TakeIdle(flight->key);
  if (flight->connection) return SendOn(flight);
  // The weak pointer is also what tells that the client is still there.
  dialer_.Connect(endpoint, std::min(timeout, limits_.connect_timeout),
                  [this, weak = std::weak_ptr(flight)](
                      Result<std::unique_ptr<client::Connection>, client::TransportError> dialed) {
                    const auto flight = weak.lock();
                    if (!flight) return;
                    if (!dialed) {
                      return Finish(flight, Error{ErrorCode::kUnavailable, dialed.error().message});
                    }
                    flight->connection = std::move(*dialed);
                    SendOn(flight);
                  });
}

std::unique_ptr<client::Connection> HttpClient::TakeIdle(const Key& key) {
  std::vector<Idle>& idle = idle_[key];
  const Instant now = loop_.clock().Now();
  while (!idle.empty()) {
    Idle last = std::move(idle.back());
    idle.pop_back();
    if (last.connection->open() && now - last.since < limits_.idle_time) {
      return std::move(last.connection);
    }
  }
  return nullptr;
}

void HttpClient::KeepIdle(const Key& key, std::unique_ptr<client::Connection> connection) {
  std::vector<Idle>& idle = idle_[key];
  if (idle.size() >= limits_.idle_connections) idle.erase(idle.begin());
  idle.push_back({std::move(connection), loop_.clock().Now()});
}

void HttpClient::DropIdle(const Key& key) {
  for (Idle& idle : std::exchange(idle_[key], {})) Drop(std::move(idle.connection));
}

void HttpClient::Drop(std::unique_ptr<client::Connection> connection) {
  // We may be inside one of its functions.
  loop_.Post([dead = std::shared_ptr(std::move(connection))] {});
}

void HttpClient::SendOn(const std::shared_ptr<Flight>& flight) {
  const Duration left = flight->end - loop_.clock().Now();
  flight->connection->Send(
      std::move(flight->request), left,
      [this, weak = std::weak_ptr(flight)](Result<http::Response, client::TransportError> answer) {
        const auto flight = weak.lock();
        if (!flight) return;
        if (!answer) {
          return Finish(flight, Error{ErrorCode::kUnknownOutcome, answer.error().message});
        }
        Finish(flight, std::move(*answer));
      });
}

void HttpClient::Finish(const std::shared_ptr<Flight>& flight, Result<http::Response> outcome) {
  flights_.erase(flight);
  if (auto connection = std::move(flight->connection)) {
    if (connection->open() && !flight->alone) {
      KeepIdle(flight->key, std::move(connection));
    } else {
      Drop(std::move(connection));
    }
  }
  flight->done(std::move(outcome));
}

}  // namespace lifeboat::net
