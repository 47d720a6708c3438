#include "dns/rdata_fields.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "dns/address.h"
#include "dns/rdata.h"

namespace lifeboat::dns {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }
bool IsOctal(char c) { return c >= '0' && c <= '7'; }

/// Reads a quoted string whose opening quote is at text[at]; moves `at` behind the closing one.
Result<Token> ReadQuoted(std::string_view text, size_t& at) {
  Token token{.quoted = true};
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      ++at;
      return token;
    }
    if (text[at] != '\\') {
      token.text.push_back(text[at]);
      continue;
    }
    if (at + 1 >= text.size()) break;
    if (at + 3 < text.size() && text[at + 1] <= '3' && IsOctal(text[at + 1]) &&
        IsOctal(text[at + 2]) && IsOctal(text[at + 3])) {
      const int value = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
      token.text.push_back(static_cast<char>(value));
      at += 3;
    } else {
      token.text.push_back(text[++at]);
    }
  }
  return InvalidError("a quoted string has no closing quote");
}

Status AppendNumber(std::string& rdata, std::string_view text, int bytes) {
  const std::optional<uint64_t> number = ParseUint(text);
  if (!number || *number >> (8 * bytes) != 0)
    return InvalidError(fmt::format("'{}' is not a number of {} bits", text, 8 * bytes));
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    rdata.push_back(static_cast<char>(*number >> shift));
  return {};
}

Status AppendAddress(std::string& rdata, const std::optional<std::string>& address,
                     std::string_view text, std::string_view kind) {
  if (!address) return InvalidError(fmt::format("'{}' is not an {} address", text, kind));
  rdata += *address;
  return {};
}

Status AppendName(std::string& rdata, std::string_view text, Escapes escapes) {
  const Result<Name> name = Name::Parse(text, escapes);
  if (!name.ok()) return name.error();
  rdata += name->wire();
  return {};
}

Status AppendString(std::string& rdata, std::string_view text) {
  if (text.size() > kMaxCharacterString)
    return InvalidError("a string is longer than 255 characters");
  rdata.push_back(static_cast<char>(text.size()));
  rdata += text;
  return {};
}

Status AppendTag(std::string& rdata, std::string_view text) {
  for (const char c : text) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (!letter && !(c >= '0' && c <= '9'))
      return InvalidError("a CAA tag has only letters and digits");
  }
  return AppendString(rdata, text);
}

Status AppendHex(std::string& rdata, std::string_view text) {
  const std::optional<std::string> bytes = HexDecode(text);
  if (!bytes) return InvalidError(fmt::format("'{}' is not hexadecimal", text));
  rdata += *bytes;
  return {};
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c >= ' ' && c < 127) {
      out.push_back(c);
    } else {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return out + "\"";
}

/// The bytes of a field without a name inside; nullopt when they are cut off.
std::optional<std::string_view> TakeField(Field field, std::string_view bytes, size_t& offset) {
  const auto size_of = [&]() -> size_t {
    switch (field) {
      case Field::kU8:
        return 1;
      case Field::kU16:
        return 2;
      case Field::kU32:
      case Field::kIpv4:
        return 4;
      case Field::kIpv6:
        return 16;
      case Field::kTag:
      case Field::kString:
        return offset < bytes.size() ? 1u + static_cast<unsigned char>(bytes[offset]) : 1u;
      default:
        return bytes.size() - offset;
    }
  };
  const size_t size = size_of();
  if (offset + size > bytes.size()) return std::nullopt;
  const std::string_view taken = bytes.substr(offset, size);
  offset += size;
  return taken;
}

Result<std::string> StringsToText(std::string_view bytes) {
  std::string text;
  size_t offset = 0;
  do {
    const std::optional<std::string_view> one = TakeField(Field::kString, bytes, offset);
    if (!one) return InvalidError("a string is cut off");
    if (!text.empty()) text.push_back(' ');
    text += Quote(one->substr(1));
  } while (offset < bytes.size());
  return text;
}

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text[at])) {
      ++at;
    } else if (text[at] == '"') {
      Result<Token> token = ReadQuoted(text, at);
      if (!token.ok()) return token.error();
      tokens.push_back(std::move(token).value());
    } else {
      const size_t start = at;
      while (at < text.size() && !IsSpace(text[at]) && text[at] != '"') ++at;
      tokens.push_back({std::string(text.substr(start, at - start)), false});
    }
  }
  return tokens;
}

Status AppendField(std::string& rdata, Field field, const Token& token, Escapes escapes) {
  const bool string_like =
      field == Field::kString || field == Field::kStrings || field == Field::kRestString;
  if (token.quoted != string_like) {
    return InvalidError(string_like ? "a text value must stand in quotation marks"
                                    : "quotation marks around a value that is no text");
  }
  switch (field) {
    case Field::kU8:
      return AppendNumber(rdata, token.text, 1);
    case Field::kU16:
      return AppendNumber(rdata, token.text, 2);
    case Field::kU32:
      return AppendNumber(rdata, token.text, 4);
    case Field::kIpv4:
      return AppendAddress(rdata, ParseIpv4(token.text), token.text, "IPv4");
    case Field::kIpv6:
      return AppendAddress(rdata, ParseIpv6(token.text), token.text, "IPv6");
    case Field::kName:
      return AppendName(rdata, token.text, escapes);
    case Field::kTag:
      return AppendTag(rdata, token.text);
    case Field::kString:
    case Field::kStrings:
      return AppendString(rdata, token.text);
    case Field::kRestString:
      rdata += token.text;
      return {};
    case Field::kRestHex:
      return AppendHex(rdata, token.text);
  }
  return InvalidError("unknown field");
}

Result<std::string> FieldToText(Field field, std::string_view rdata, size_t& offset) {
  if (field == Field::kName) {
    const Result<Name> name = Name::Read(rdata, offset);
    if (!name.ok()) return name.error();
    return name->ToString();
  }
  const std::optional<std::string_view> bytes = TakeField(field, rdata, offset);
  if (!bytes) return InvalidError("record data is cut off");
  ByteReader reader(*bytes);
  switch (field) {
    case Field::kU8:
      return std::to_string(reader.U8());
    case Field::kU16:
      return std::to_string(reader.U16());
    case Field::kU32:
      return std::to_string(reader.U32());
    case Field::kIpv4:
      return Ipv4ToText(*bytes);
    case Field::kIpv6:
      return Ipv6ToText(*bytes);
    case Field::kTag:
      return std::string(bytes->substr(1));
    case Field::kString:
      return Quote(bytes->substr(1));
    case Field::kStrings:
      return StringsToText(*bytes);
    case Field::kRestString:
      return Quote(*bytes);
    default:
      return HexEncode(*bytes);
  }
}

Status CopyField(std::string& rdata, Field field, std::string_view message, size_t& offset) {
  if (field == Field::kName) {
    const Result<Name> name = Name::Read(message, offset);
    if (!name.ok()) return name.error();
    rdata += name->wire();
    return {};
  }
  const std::optional<std::string_view> bytes = TakeField(field, message, offset);
  if (!bytes) return InvalidError("record data is cut off");
  if (field == Field::kStrings) {
    if (const Result<std::string> text = StringsToText(*bytes); !text.ok()) return text.error();
  }
  rdata += *bytes;
  return {};
}

}  // namespace lifeboat::dns
