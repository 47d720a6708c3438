// Content codings (RFC 9110, section 8.4): gzip and deflate, both ways.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::http {

enum class ContentCoding { kIdentity, kGzip, kDeflate };

/// `gzip`, `deflate`; empty for kIdentity.
std::string_view Name(ContentCoding coding);

/// Of a request's Content-Encoding; empty and `identity` are kIdentity. nullopt: one that we don't
/// know, or several at once.
std::optional<ContentCoding> FindContentCoding(std::string_view content_encoding);

/// The best coding for a client with this Accept-Encoding (RFC 9110, section 12.5.3), read with the
/// leniency that DynamoDB shows: `identity` is never preferred, of equal weights the first named
/// wins, and what is no weight counts as 1.
ContentCoding ChooseCoding(std::string_view accept_encoding);

std::string Encode(ContentCoding coding, std::string_view bytes);

/// kInvalid when `bytes` are not whole and well-formed, kLimit when they hold more than
/// `max_bytes`, which is never exceeded in memory either. Several gzip members make one content
/// (RFC 1952, section 2.2).
Result<std::string> Decode(ContentCoding coding, std::string_view bytes, size_t max_bytes);

}  // namespace lifeboat::http
