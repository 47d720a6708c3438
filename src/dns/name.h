// Name: a domain name in the form in which it is compared and stored, which is its wire form
// (length byte and label, again and again, then a zero byte) in lower case. Names compare without
// case (RFC 1035, section 2.3.3), so lowering once lets every later comparison be one of bytes.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/types.h"

namespace lifeboat::dns {

/// How `\ddd` is read and written: decimal in master files (RFC 1035, section 5.1), octal in
/// Route 53's API (Developer Guide, "DNS domain name format").
enum class Escapes { kDecimal, kOctal };

class Name {
 public:
  /// The root.
  Name() : wire_(1, '\0') {}

  /// Reads `www.example.com` or `www.example.com.`, always as a full name. kInvalid: empty text or
  /// label, a label above 63 or a name above 255 bytes, a malformed escape.
  static Result<Name> Parse(std::string_view text, Escapes escapes = Escapes::kDecimal);
  /// Takes an uncompressed wire name; kInvalid when `wire` is not exactly one.
  static Result<Name> FromWire(std::string_view wire);
  /// Reads the name at `offset` of `message`, follows compression pointers, and moves `offset`
  /// behind it. Pointers must point backwards (RFC 1035, section 4.1.4), so it always ends.
  static Result<Name> Read(std::string_view message, size_t& offset);

  /// `www.example.com.`; bytes other than letters, digits, `-` and `_` (and, for master files, `*`
  /// and `/`) are escaped.
  std::string ToString(Escapes escapes = Escapes::kDecimal) const;

  std::string_view wire() const { return wire_; }
  bool is_root() const { return wire_.size() == 1; }
  /// Labels from left to right, the root's empty one left out. Views into this name.
  std::vector<std::string_view> Labels() const;
  /// The name without its first label; the root's parent is the root.
  Name Parent() const;
  /// `label` in front of this name; kInvalid when the result is too long.
  Result<Name> Prepend(std::string_view label) const;
  /// True for `ancestor` itself and for everything below it.
  bool IsWithin(const Name& ancestor) const;
  /// True when the first label is `*` (RFC 4592, section 2.1.1).
  bool is_wildcard() const { return wire_.starts_with(std::string_view("\1*", 2)); }

  auto operator<=>(const Name&) const = default;

 private:
  explicit Name(std::string wire) : wire_(std::move(wire)) {}
  std::string wire_;
};

/// The wire form without its first label. `wire` must not be the root.
inline std::string_view ParentOfWire(std::string_view wire) {
  return wire.substr(1 + static_cast<unsigned char>(wire[0]));
}

/// Hash and equality that let tables of wire names be searched by view.
struct WireHash {
  using is_transparent = void;
  size_t operator()(std::string_view wire) const { return std::hash<std::string_view>()(wire); }
};

inline char LowerByte(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace lifeboat::dns
