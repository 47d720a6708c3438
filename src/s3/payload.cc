#include "s3/payload.h"

#include <array>
#include <optional>

#include "base/bytes.h"
#include "base/digest.h"
#include "s3/errors.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

// A chunk header is a hexadecimal length and maybe `;chunk-signature=` and 64 digits.
constexpr size_t kMaxChunkHeaderBytes = 256;
constexpr size_t kMaxTrailers = 16;
constexpr std::string_view kChecksumHeader = "x-amz-checksum-";

// Reflected CRCs: CRC-32C (RFC 3720) and CRC-64/NVME.
template <uint64_t kPolynomial, uint64_t kOnes>
uint64_t ReflectedCrc(std::string_view bytes) {
  static constexpr auto kTable = [] {
    std::array<uint64_t, 256> table{};
    for (uint64_t i = 0; i < 256; ++i) {
      uint64_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = value & 1 ? (value >> 1) ^ kPolynomial : value >> 1;
      }
      table[i] = value;
    }
    return table;
  }();
  uint64_t crc = kOnes;
  for (const char c : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  }
  return crc ^ kOnes;
}

// The text up to CRLF, which is consumed; nullopt when there is none in time.
std::optional<std::string_view> TakeLine(std::string_view& rest) {
  const size_t end = rest.substr(0, kMaxChunkHeaderBytes + 2).find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<size_t> ReadHex(std::string_view text) {
  if (text.empty() || text.size() > 8) return std::nullopt;
  size_t value = 0;
  for (const char c : text) {
    const size_t digit = ToLower(std::string_view(&c, 1))[0] >= 'a'
                             ? static_cast<size_t>((c | 0x20) - 'a' + 10)
                             : static_cast<size_t>(c - '0');
    if (digit > 15) return std::nullopt;
    value = value * 16 + digit;
  }
  return value;
}

std::optional<http::Headers> ReadTrailers(std::string_view rest) {
  http::Headers trailers;
  while (!rest.empty()) {
    const auto line = TakeLine(rest);
    if (!line || trailers.size() > kMaxTrailers) return std::nullopt;
    if (line->empty()) break;
    const size_t colon = line->find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    trailers.Add(std::string(Trim(line->substr(0, colon))),
                 std::string(Trim(line->substr(colon + 1))));
  }
  return trailers;
}

bool IsChunked(const http::Request& request) {
  return request.headers.Get("x-amz-content-sha256").starts_with("STREAMING-") ||
         request.headers.Get("Content-Encoding").find("aws-chunked") != std::string_view::npos;
}

Result<void, http::AwsError> CheckSha256(const S3Request& request) {
  const std::string_view expected = request.http.headers.Get("x-amz-content-sha256");
  if (expected.size() != 64 || Sha256Hex(request.body) == ToLower(expected)) return {};
  return ContentSha256Mismatch();
}

Result<void, http::AwsError> CheckMd5(const S3Request& request) {
  const std::string* expected = request.http.headers.Find("Content-MD5");
  if (!expected) return {};
  const auto digest = Base64Decode(*expected);
  if (!digest || digest->size() != 16) return InvalidDigest();
  if (*digest != Md5(request.body)) return BadDigest("Content-MD5");
  return {};
}

Result<void, http::AwsError> CheckChecksums(const S3Request& request,
                                            const http::Headers& headers) {
  for (const auto& [name, value] : headers) {
    const std::string lower = ToLower(name);
    if (!lower.starts_with(kChecksumHeader) || lower == "x-amz-checksum-algorithm" ||
        lower == "x-amz-checksum-mode" || lower == "x-amz-checksum-type") {
      continue;
    }
    const std::string computed =
        ComputeChecksum(std::string_view(lower).substr(kChecksumHeader.size()), request.body);
    if (computed.empty()) return NotImplemented(lower);
    if (Base64Encode(computed) != value) return BadDigest(ToUpper(lower.substr(15)));
  }
  return {};
}

}  // namespace

std::string ComputeChecksum(std::string_view algorithm, std::string_view bytes) {
  std::string out;
  if (algorithm == "crc32") {
    AppendU32(out, Crc32(bytes));
  } else if (algorithm == "crc32c") {
    AppendU32(out, static_cast<uint32_t>(ReflectedCrc<0x82f63b78, 0xffffffff>(bytes)));
  } else if (algorithm == "crc64nvme") {
    AppendU64(out, ReflectedCrc<0x9a6c9329ac4bc9b5, ~uint64_t{0}>(bytes));
  } else if (algorithm == "sha1") {
    out = Sha1(bytes);
  } else if (algorithm == "sha256") {
    out = Sha256(bytes);
  }
  return out;
}

http::AwsResult<DecodedPayload> DecodeChunkedPayload(std::string_view body) {
  DecodedPayload decoded;
  while (true) {
    const auto line = TakeLine(body);
    if (!line) return IncompleteBody();
    const auto size = ReadHex(line->substr(0, line->find(';')));
    if (!size) return IncompleteBody();
    if (*size == 0) break;
    if (body.size() < *size + 2 || body.substr(*size, 2) != "\r\n") return IncompleteBody();
    decoded.body.append(body, 0, *size);
    body.remove_prefix(*size + 2);
  }
  auto trailers = ReadTrailers(body);
  if (!trailers) return IncompleteBody();
  decoded.trailers = std::move(*trailers);
  return decoded;
}

Result<void, http::AwsError> ReadPayload(S3Request& request) {
  if (IsChunked(request.http)) {
    auto decoded = DecodeChunkedPayload(request.http.body);
    if (!decoded.ok()) return decoded.error();
    const std::string_view length = request.http.headers.Get("x-amz-decoded-content-length");
    if (!length.empty() && ParseUint(length) != decoded->body.size()) return IncompleteBody();
    request.body = std::move(decoded->body);
    request.trailers = std::move(decoded->trailers);
  } else {
    request.body = request.http.body;
  }
  if (request.body.size() > kMaxObjectBytes) return EntityTooLarge();
  for (const auto& checked :
       {CheckSha256(request), CheckMd5(request), CheckChecksums(request, request.http.headers),
        CheckChecksums(request, request.trailers)}) {
    if (!checked.ok()) return checked.error();
  }
  return {};
}

}  // namespace lifeboat::s3
