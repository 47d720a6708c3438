#include "http/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "base/check.h"

namespace lifeboat::http {
namespace {

constexpr int kMemoryLevel = 8;           // zlib's default.
constexpr size_t kFirstBytes = 16 << 10;  // Room for what most requests hold.

// zlib's window of 32 KB; 16 more asks for gzip's frame in place of zlib's own, which is what HTTP
// calls deflate.
int WindowBits(ContentCoding coding) { return coding == ContentCoding::kGzip ? 15 + 16 : 15; }

z_stream StreamOver(std::string_view bytes) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  return stream;
}

/// Ends zlib's state whatever way its owner leaves.
struct Inflater {
  explicit Inflater(ContentCoding coding, std::string_view bytes) : stream(StreamOver(bytes)) {
    Check(inflateInit2(&stream, WindowBits(coding)) == Z_OK, "zlib starts");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  z_stream stream;
};

struct Weighted {
  std::string_view coding;
  double weight = 1;
};

double ReadWeight(std::string_view text) {
  double value = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(value)) return 1;
  return std::clamp(value, 0.0, 1.0);
}

// `gzip; q=0.5`: the first q counts.
Weighted ReadEntry(std::string_view entry) {
  const auto parts = Split(entry, ';');
  Weighted read{Trim(parts.front())};
  for (size_t i = 1; i < parts.size(); ++i) {
    const size_t equals = parts[i].find('=');
    if (equals == std::string_view::npos) continue;
    if (!EqualsIgnoreCase(Trim(parts[i].substr(0, equals)), "q")) continue;
    read.weight = ReadWeight(Trim(parts[i].substr(equals + 1)));
    break;
  }
  return read;
}

}  // namespace

std::string_view Name(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kIdentity:
      return "";
    case ContentCoding::kGzip:
      return "gzip";
    case ContentCoding::kDeflate:
      return "deflate";
  }
  return "";
}

std::optional<ContentCoding> FindContentCoding(std::string_view content_encoding) {
  const std::string_view name = Trim(content_encoding);
  if (name.empty() || EqualsIgnoreCase(name, "identity")) return ContentCoding::kIdentity;
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    if (EqualsIgnoreCase(name, Name(coding))) return coding;
  }
  return std::nullopt;
}

ContentCoding ChooseCoding(std::string_view accept_encoding) {
  ContentCoding best = ContentCoding::kIdentity;
  double best_weight = 0;
  double others_weight = 0;  // Of `*`.
  bool named[3] = {};
  for (const std::string_view text : Split(accept_encoding, ',')) {
    const Weighted entry = ReadEntry(text);
    if (entry.coding == "*") {
      others_weight = entry.weight;
      continue;
    }
    const auto coding = FindContentCoding(entry.coding);
    if (!coding || *coding == ContentCoding::kIdentity) continue;
    named[static_cast<size_t>(*coding)] = true;
    if (entry.weight <= best_weight) continue;
    best = *coding;
    best_weight = entry.weight;
  }
  for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
    if (named[static_cast<size_t>(coding)] || others_weight <= best_weight) continue;
    best = coding;
    best_weight = others_weight;
  }
  return best;
}

std::string Encode(ContentCoding coding, std::string_view bytes) {
  if (coding == ContentCoding::kIdentity) return std::string(bytes);
  z_stream stream = StreamOver(bytes);
  // The fastest level: answers are made while others wait.
  Check(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, WindowBits(coding), kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK,
        "zlib starts");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  Check(result == Z_STREAM_END, "deflateBound() leaves room for all");
  return out;
}

Result<std::string> Decode(ContentCoding coding, std::string_view bytes, size_t max_bytes) {
  if (coding == ContentCoding::kIdentity) {
    if (bytes.size() > max_bytes) return Error{ErrorCode::kLimit, "the content is too large"};
    return std::string(bytes);
  }
  Inflater inflater(coding, bytes);
  z_stream& stream = inflater.stream;
  std::string out;
  size_t filled = 0;
  while (true) {
    // One byte more than allowed tells a content that just fits from one that doesn't.
    if (filled == out.size())
      out.resize(std::min(std::max(kFirstBytes, 2 * filled), max_bytes + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = static_cast<uInt>(out.size() - filled);
    const int result = inflate(&stream, Z_NO_FLUSH);
    filled = out.size() - stream.avail_out;
    if (filled > max_bytes) return Error{ErrorCode::kLimit, "the content is too large"};
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (coding != ContentCoding::kGzip)
        return InvalidError("bytes follow the compressed content");
      inflateReset(&stream);
    } else if (result != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) {
      return InvalidError("the compressed content is broken");
    }
  }
  out.resize(filled);
  return out;
}

}  // namespace lifeboat::http
