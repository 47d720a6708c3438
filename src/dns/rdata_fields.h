// The kinds of fields that record data is made of; each can be read from text, written to text, and
// copied out of a message.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/name.h"

namespace lifeboat::dns {

enum class Field {
  kU8,
  kU16,
  kU32,
  kIpv4,
  kIpv6,
  kName,
  kTag,         ///< Length byte and letters or digits (RFC 8659, section 4.1).
  kString,      ///< One character-string.
  kStrings,     ///< One or more character-strings, to the end.
  kRestString,  ///< Quoted text without a length, to the end.
  kRestHex,     ///< Hexadecimal, to the end.
};

struct Token {
  std::string text;  ///< Without quotes; escapes are resolved only inside quotes.
  bool quoted = false;
};

/// Splits a value at white space; quoted strings stay together. Escapes inside quotes: a backslash
/// and one character, or a backslash and three octal digits (Route 53, "TXT record type").
Result<std::vector<Token>> Tokenize(std::string_view text);

/// Reads one token into wire form.
Status AppendField(std::string& rdata, Field field, const Token& token, Escapes escapes);
/// Writes the field at `offset` as text and moves `offset` behind it.
Result<std::string> FieldToText(Field field, std::string_view rdata, size_t& offset);
/// Copies the field at `offset` of `message` (which ends where the record ends), expanding a
/// compressed name, and moves `offset` behind it.
Status CopyField(std::string& rdata, Field field, std::string_view message, size_t& offset);

}  // namespace lifeboat::dns
