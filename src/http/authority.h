// `host:port`, as a CONNECT request names where it wants to go (RFC 9112, section 3.2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::http {

struct Authority {
  std::string host;  ///< Lower-case, not empty; IPv6 brackets stay.
  uint16_t port = 0;
};

/// nullopt when host or port is missing, or the port is none.
std::optional<Authority> ParseAuthority(std::string_view text);

}  // namespace lifeboat::http
