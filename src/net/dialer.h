// Dialer: client connections over real sockets, for the drill, peers and the edge.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "client/dialer.h"
#include "net/event_loop.h"
#include "net/tls.h"

namespace lifeboat::net {

class Dialer final : public client::Dialer {
 public:
  /// TLS connections are checked against the CA certificates in `ca_pem`; when that is empty,
  /// connecting with TLS fails. kInvalid when it holds no certificate.
  static Result<std::unique_ptr<Dialer>> New(EventLoop& loop, std::string_view ca_pem);

  void Connect(
      const client::Endpoint& endpoint, Duration timeout,
      std::function<void(Result<std::unique_ptr<client::Connection>, client::TransportError>)> done)
      override;
  void Query(const std::string& address, uint16_t port, std::string message, Duration timeout,
             std::function<void(Result<std::string>)> done) override;

 private:
  Dialer(EventLoop& loop, std::optional<TlsClient> tls) : loop_(loop), tls_(std::move(tls)) {}

  EventLoop& loop_;
  const std::optional<TlsClient> tls_;
};

}  // namespace lifeboat::net
