// Dialer: the sockets that the drill's clients use, as an interface. net/ implements it; tests
// script it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace lifeboat::client {

/// How far an attempt got when it failed: what decides between "failed" (provably not executed) and
/// "unknown" (docs/drill.md).
enum class Stage { kConnect, kTls, kSend, kReceive };

struct TransportError {
  Stage stage = Stage::kConnect;
  bool timed_out = false;
  std::string message;
};

/// One HTTP/1.1 connection, one request at a time. Dropping it closes it.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Sends `request` and reads the whole answer within `timeout`. `done` runs once, never inside
  /// this call. After an error, or an answer with `Connection: close`, open() is false.
  virtual void Send(http::Request request, Duration timeout,
                    std::function<void(Result<http::Response, TransportError>)> done) = 0;
  virtual bool open() const = 0;
};

struct Endpoint {
  std::string address;  ///< Numeric.
  uint16_t port = 0;
  bool tls = false;
  std::string server_name;  ///< SNI and the name that the certificate must carry.
};

class Dialer {
 public:
  virtual ~Dialer() = default;
  /// TCP, and TLS when asked for: certificates are checked against the world's CA. `done` runs
  /// once, never inside this call.
  virtual void Connect(
      const Endpoint& endpoint, Duration timeout,
      std::function<void(Result<std::unique_ptr<Connection>, TransportError>)> done) = 0;
  /// One DNS message over UDP to address:port and its answer; kUnavailable on time-out.
  virtual void Query(const std::string& address, uint16_t port, std::string message,
                     Duration timeout, std::function<void(Result<std::string>)> done) = 0;
};

}  // namespace lifeboat::client
