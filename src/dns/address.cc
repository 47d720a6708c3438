#include "dns/address.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"

namespace lifeboat::dns {
namespace {

constexpr size_t kIpv6Groups = 8;

struct Prefix {
  std::array<uint8_t, 4> bytes;
  int bits;
};

/// RFC 6890, table 1 and following, and multicast (RFC 5771).
constexpr Prefix kSpecialIpv4[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},    {{100, 64, 0, 0}, 10},   {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12}, {{192, 0, 0, 0}, 24},    {{192, 0, 2, 0}, 24},
    {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15}, {{198, 51, 100, 0}, 24}, {{203, 0, 113, 0}, 24},
    {{224, 0, 0, 0}, 3},
};

uint32_t ToNumber(std::string_view four_bytes) {
  uint32_t number = 0;
  for (const char c : four_bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

bool IsSpecialIpv4(std::string_view bytes) {
  for (const Prefix& prefix : kSpecialIpv4) {
    const std::string_view base(reinterpret_cast<const char*>(prefix.bytes.data()), 4);
    if ((ToNumber(bytes) ^ ToNumber(base)) >> (32 - prefix.bits) == 0) return true;
  }
  return false;
}

std::optional<uint16_t> ParseGroup(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<unsigned>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<unsigned>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return static_cast<uint16_t>(value);
}

/// Groups of one side of `::`; a dotted quad may stand last.
bool ParseGroups(std::string_view text, std::string& bytes) {
  if (text.empty()) return true;
  const std::vector<std::string_view> parts = Split(text, ':');
  if (parts.size() > kIpv6Groups) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      const std::optional<std::string> quad = ParseIpv4(parts[i]);
      if (!quad) return false;
      bytes += *quad;
      continue;
    }
    const std::optional<uint16_t> group = ParseGroup(parts[i]);
    if (!group) return false;
    AppendU16(bytes, *group);
  }
  return true;
}

}  // namespace

std::optional<std::string> ParseIpv4(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::string bytes;
  for (const std::string_view part : parts) {
    const std::optional<uint64_t> number = ParseUint(part);
    if (!number || *number > 255 || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    bytes.push_back(static_cast<char>(*number));
  }
  return bytes;
}

std::string Ipv4ToText(std::string_view four_bytes) {
  Check(four_bytes.size() == 4, "an IPv4 address has four bytes");
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(four_bytes[i]); };
  return fmt::format("{}.{}.{}.{}", byte(0), byte(1), byte(2), byte(3));
}

std::optional<std::string> ParseIpv6(std::string_view text) {
  const size_t gap = text.find("::");
  std::string head;
  if (gap == std::string_view::npos) {
    if (text.empty() || !ParseGroups(text, head) || head.size() != 16) return std::nullopt;
    return head;
  }
  std::string tail;
  if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  if (!ParseGroups(text.substr(0, gap), head) || !ParseGroups(text.substr(gap + 2), tail))
    return std::nullopt;
  if (head.size() + tail.size() > 14) return std::nullopt;
  head.resize(16 - tail.size(), '\0');
  return head + tail;
}

std::string Ipv6ToText(std::string_view sixteen_bytes) {
  Check(sixteen_bytes.size() == 16, "an IPv6 address has sixteen bytes");
  std::array<uint16_t, kIpv6Groups> groups;
  ByteReader reader(sixteen_bytes);
  for (uint16_t& group : groups) group = reader.U16();
  // The longest run of zeros, the first of equals, at least two long, becomes `::`.
  size_t best = kIpv6Groups, best_length = 1;
  for (size_t i = 0; i < kIpv6Groups; ++i) {
    size_t length = 0;
    while (i + length < kIpv6Groups && groups[i + length] == 0) ++length;
    if (length > best_length) best = i, best_length = length;
  }
  std::string text;
  for (size_t i = 0; i < kIpv6Groups;) {
    if (i == best) {
      text += "::";
      i += best_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text.push_back(':');
    text += fmt::format("{:x}", groups[i++]);
  }
  return text;
}

bool IsSpecialAddress(std::string_view bytes) {
  if (bytes.size() == 4) return IsSpecialIpv4(bytes);
  Check(bytes.size() == 16, "an address has four or sixteen bytes");
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (bytes.substr(0, 12) == std::string_view("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12))
    return IsSpecialIpv4(bytes.substr(12));
  const bool documentation = bytes.substr(0, 4) == std::string_view("\x20\x01\x0d\xb8", 4);
  const bool global_unicast = first >= 0x20 && first < 0x40;
  return documentation || !global_unicast || (first == 0x3f && second == 0xff);
}

}  // namespace lifeboat::dns
