// IP addresses as text and as the bytes of A and AAAA records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::dns {

/// Four bytes, or nullopt. Strict: four decimal numbers without leading zeros.
std::optional<std::string> ParseIpv4(std::string_view text);
std::string Ipv4ToText(std::string_view four_bytes);

/// Sixteen bytes, or nullopt (RFC 4291, section 2.2).
std::optional<std::string> ParseIpv6(std::string_view text);
/// The canonical form of RFC 5952.
std::string Ipv6ToText(std::string_view sixteen_bytes);

/// True for the bytes of an address that no one on the public internet can reach: private,
/// loopback, link-local, multicast, documentation and reserved ranges (RFC 6890).
bool IsSpecialAddress(std::string_view bytes);

}  // namespace lifeboat::dns
