#include "http/authority.h"

#include "base/bytes.h"

namespace lifeboat::http {

std::optional<Authority> ParseAuthority(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = ParseUint(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  return Authority{ToLower(text.substr(0, colon)), static_cast<uint16_t>(*port)};
}

}  // namespace lifeboat::http
