// SocketAddress: where a socket listens or connects to.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace lifeboat::net {

/// A numeric IPv4 or IPv6 address and a port; names are the resolver's business.
struct SocketAddress {
  std::string address;
  uint16_t port = 0;
  auto operator<=>(const SocketAddress&) const = default;
};

/// `127.0.0.1:80`, `[::1]:80`
std::string ToString(const SocketAddress& address);

}  // namespace lifeboat::net
