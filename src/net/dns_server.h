// DnsServer: UDP and TCP sockets for a function from query to answer. What a packet means is the
// name server's business; here it is bytes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/event_loop.h"
#include "net/socket_address.h"

namespace lifeboat::net {

struct DnsLimits {
  size_t tcp_connections = 256;                       ///< Beyond: closed as soon as accepted.
  Duration tcp_idle_timeout = Duration::Seconds(10);  ///< RFC 7766, section 6.2.3.
  size_t tcp_output_bytes = 256 << 10;  ///< Answers not taken; beyond, the connection is closed.
};

class DnsServer {
 public:
  /// Replaces `answer`, whose memory is used again, by the answer to `packet`. Empty: there is
  /// none, and a TCP connection is closed.
  using Handler = std::function<void(std::string_view packet, bool tcp, std::string& answer)>;

  /// UDP and TCP on the same port; port 0 takes one that is free for both.
  static Result<std::unique_ptr<DnsServer>> Start(EventLoop& loop, SocketAddress listen,
                                                  Handler handler, DnsLimits limits = {});
  ~DnsServer();
  uint16_t port() const;

 private:
  struct Impl;
  explicit DnsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
