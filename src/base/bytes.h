// Bytes and text: encodings that several folders need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat {

/// Lower-case hexadecimal.
std::string HexEncode(std::string_view bytes);
std::optional<std::string> HexDecode(std::string_view text);

/// RFC 4648, section 4, with padding.
std::string Base64Encode(std::string_view bytes);
/// Strict: padding required, no white space, no stray bits. nullopt when malformed.
std::optional<std::string> Base64Decode(std::string_view text);

/// Percent-decodes; `plus_is_space` for query strings and forms. Malformed escapes stay as they
/// are.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);
/// Encodes all but RFC 3986's unreserved characters; `keep` lists further ones to leave alone.
std::string PercentEncode(std::string_view text, std::string_view keep = "");

/// Big-endian integers, so that byte order is number order.
void AppendU16(std::string& out, uint16_t value);
void AppendU32(std::string& out, uint32_t value);
void AppendU64(std::string& out, uint64_t value);
/// Varint length, then the bytes.
void AppendVarint(std::string& out, uint64_t value);
void AppendBlob(std::string& out, std::string_view bytes);

/// Reads what the functions above wrote. After the first short or malformed read ok() is false and
/// all further reads return zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  uint8_t U8();
  uint16_t U16();
  uint32_t U32();
  uint64_t U64();
  uint64_t Varint();
  std::string_view Blob();
  std::string_view Take(size_t count);
  bool ok() const { return ok_; }
  /// True when everything was read and nothing was malformed.
  bool done() const { return ok_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// CRC-32 of zlib and of the x-amz-crc32 header.
uint32_t Crc32(std::string_view bytes);
/// 64-bit FNV-1a with a final mix: stable for ever, since it stands in storage keys.
uint64_t StableHash64(std::string_view bytes);

std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
std::string_view Trim(std::string_view text);
std::vector<std::string_view> Split(std::string_view text, char separator);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
/// Strict decimal: digits only, the whole text, no overflow.
std::optional<uint64_t> ParseUint(std::string_view text);
std::optional<int64_t> ParseInt(std::string_view text);
/// True when `text` is well-formed UTF-8 (RFC 3629).
bool IsUtf8(std::string_view text);
/// The text, with U+FFFD in place of each malformed sequence (Unicode 15, section 3.9).
std::string ToUtf8(std::string_view text);

}  // namespace lifeboat
