// HttpServer: HTTP/1.1 (and 1.0) on one address, plain or TLS, with keep-alive and pipelining. All
// of it runs on the event loop; a request's answer may come at any later time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"
#include "net/certificate_store.h"
#include "net/event_loop.h"
#include "net/socket_address.h"

namespace lifeboat::net {

/// A zero Duration means no limit.
struct HttpLimits {
  size_t header_bytes = 16 << 10;  ///< Request line and fields; beyond: 400.
  uint64_t body_bytes = 16 << 20;  ///< Beyond: 413.
  size_t pipelined = 64;           ///< Requests unanswered on a connection; beyond, not read on.
  size_t output_bytes = 1 << 20;   ///< Answers not taken by a client; beyond, it is not read on.
  Duration header_timeout = Duration::Seconds(10);   ///< First byte to end of header, TLS start.
  Duration request_timeout = Duration::Seconds(60);  ///< First byte to end of body.
  Duration idle_timeout = Duration::Seconds(75);     ///< Between requests.
  Duration write_timeout = Duration::Seconds(30);    ///< The client takes no byte of its answer.
};

/// What the servers of a process may hold together, so that no crowd of clients can fill its memory
/// or take its last descriptor.
struct HttpBudget {
  /// Sockets; a tunnel has two. Beyond, the connections that were idle longest give way, and when
  /// there is none, the newcomer.
  size_t connections = 20'000;
  size_t input_bytes = 256 << 20;   ///< Of requests that are not whole yet; beyond: 503.
  size_t output_bytes = 256 << 20;  ///< Of answers; beyond, the client that stalls longest is cut.

  // What is in use.
  size_t connections_used = 0;
  size_t input_used = 0;
  size_t output_used = 0;
};

/// A handler answers with this status to have the connection closed without an answer, as a dead
/// server's would be.
inline constexpr int kCloseWithoutAnswer = 0;

/// What becomes of a CONNECT request.
struct TunnelDecision {
  SocketAddress upstream;   ///< Connected to when the address is not empty. When that fails, the
                            ///< client's connection is closed without an answer.
  int refuse_status = 403;  ///< Otherwise the answer,
  std::string refuse_text;  ///< with this for people to read.
};

struct HttpServerOptions {
  SocketAddress listen;  ///< Port 0: any free port.
  /// TLS when set; must outlive the server.
  CertificateStore* certificates = nullptr;
  HttpLimits limits;
  std::shared_ptr<HttpBudget> budget;    ///< Shared with other servers; null: one of its own.
  std::string server_name = "Lifeboat";  ///< The Server field of answers that have none.
  /// The reply may be called later, on the loop. When the client is gone it is dropped.
  std::function<void(http::Request, http::Reply)> handler;
  /// Completes the answers that the server makes itself, to requests that don't reach the handler.
  std::function<void(http::Response&)> on_refusal;
  /// Decides CONNECT requests, at once or later; without it they get 405.
  std::function<void(std::string host, uint16_t port, std::function<void(TunnelDecision)>)>
      on_connect;
};

class HttpServer {
 public:
  /// Listens at once. kInvalid or kUnavailable when the address can't be had.
  static Result<std::unique_ptr<HttpServer>> Start(EventLoop& loop, HttpServerOptions options);
  /// Closes the port and all connections; replies that are still out are ignored then.
  ~HttpServer();

  uint16_t port() const;
  /// Open connections, tunnels included.
  size_t connection_count() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::net
