// One TCP connection, with or without TLS, on which every wait has a deadline.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "clock.h"

namespace techmoda {

struct Endpoint {
  bool tls = false;
  std::string host;
  uint16_t port = 80;

  /// `http://host:port` or `https://host`; false when it is something else.
  static bool Parse(std::string_view url, Endpoint& endpoint);
  /// The Host header: with the port when it is not the scheme's own.
  std::string HostHeader() const;
};

class Connection {
 public:
  virtual ~Connection() = default;
  /// nullptr and `error` when it can't be had in time. Certificates are checked against
  /// AWS_CA_BUNDLE, SSL_CERT_FILE or the system's bundle.
  static std::unique_ptr<Connection> Open(const Endpoint& endpoint, Deadline deadline,
                                          std::string& error);
  /// All of `bytes`, or false.
  virtual bool Write(std::string_view bytes, Deadline deadline) = 0;
  /// Some bytes, 0 at the end of the stream, -1 on an error or after `deadline`.
  virtual long Read(char* buffer, size_t size, Deadline deadline) = 0;
};

/// For calls that may wait for ever.
inline constexpr Deadline kNoDeadline = Deadline::max();

}  // namespace techmoda
