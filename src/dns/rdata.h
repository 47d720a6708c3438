// Record data: text (as in master files and Route 53's values) to wire form and back. Names inside
// are uncompressed and in lower case; the message writer compresses those of RFC 1035's types.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dns/name.h"
#include "dns/types.h"

namespace lifeboat::dns {

/// Longest text in one character-string of a TXT record (RFC 1035, section 3.3).
inline constexpr size_t kMaxCharacterString = 255;
inline constexpr size_t kMaxRdataBytes = 65535;

/// Reads one value: `192.0.2.1`, `10 mail.example.com`, `"v=spf1 -all" "more"`. kInvalid with a
/// sentence that says what is wrong; types without a text form here are refused.
Result<std::string> ParseRdata(Type type, std::string_view text,
                               Escapes escapes = Escapes::kDecimal);

/// True for the types that ParseRdata reads.
bool HasTextForm(Type type);

/// The value as text; `\# 2 abcd` (RFC 3597) for types without a text form or malformed bytes.
std::string RdataToText(Type type, std::string_view rdata);

/// Reads the rdata of a received record: expands compressed names. kInvalid when malformed.
Result<std::string> ReadRdata(Type type, std::string_view message, size_t offset, size_t length);

/// Where the names stand that may be compressed (RFC 3597, section 4): the number of bytes before
/// the first one, and how many names follow each other.
struct NamesInRdata {
  size_t offset = 0;
  int count = 0;
};
NamesInRdata CompressibleNames(Type type);

/// Last field of an SOA record: the upper bound of negative caching (RFC 2308, section 4).
uint32_t SoaMinimum(std::string_view rdata);

}  // namespace lifeboat::dns
