// PutObject, GetObject, HeadObject, DeleteObject.
#include <optional>

#include "base/bytes.h"
#include "base/digest.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

struct ByteRange {
  size_t begin = 0;
  size_t end = 0;  // Not included.
};

// One range of RFC 9110, section 14.1.2. nullopt: not a form that we know, so the whole object is
// given, as section 14.2 allows.
http::AwsResult<std::optional<ByteRange>> ReadRange(std::string_view header, size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return std::optional<ByteRange>();
  header.remove_prefix(kUnit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::optional<ByteRange>();
  const auto first = ParseUint(header.substr(0, dash));
  const auto last = ParseUint(header.substr(dash + 1));
  ByteRange range{0, size};
  if (dash == 0) {
    if (!last) return std::optional<ByteRange>();
    if (*last == 0 || size == 0) return InvalidRange();
    range.begin = *last >= size ? 0 : size - *last;
    return std::optional(range);
  }
  if (!first || (dash + 1 < header.size() && !last)) return std::optional<ByteRange>();
  if (*first >= size) return InvalidRange();
  if (last && *last < *first) return std::optional<ByteRange>();
  range.begin = *first;
  if (last && *last < size) range.end = *last + 1;
  return std::optional(range);
}

void AddObjectHeaders(http::Headers& headers, const Object& object) {
  headers.Add("ETag", object.etag);
  headers.Add("Last-Modified", FormatHttpDate(object.modified));
  headers.Add("Accept-Ranges", "bytes");
  headers.Add("x-amz-server-side-encryption", "AES256");
  for (const auto& [name, value] : object.headers) headers.Add(name, value.as_string());
  if (!headers.Find("Content-Type")) headers.Add("Content-Type", "binary/octet-stream");
}

http::AwsResult<Object> RequireObject(const Context& context, const S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  auto object = context.store.FindObject(request.bucket, request.key);
  if (!object.ok()) return InternalError();
  if (!*object) return NoSuchKey();
  return std::move(**object);
}

}  // namespace

http::AwsResult<Outcome> PutObject(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  auto headers = KeptHeaders(request);
  if (!headers.ok()) return headers.error();
  const auto existing = context.store.FindObject(request.bucket, request.key);
  if (!existing.ok()) return InternalError();
  if (request.Header("If-None-Match") == "*" && *existing) return PreconditionFailed();
  Outcome outcome;
  if (*existing) DeleteObjectEntry(outcome.writes, request.bucket, request.key, **existing);
  Object object;
  object.size = request.body.size();
  object.etag = QuotedEtag(Md5(request.body));
  object.modified = context.now;
  object.headers = std::move(*headers);
  object.blobs = {PutBlob(outcome.writes, context.prng, request.body)};
  PutObjectEntry(outcome.writes, request.bucket, request.key, object);
  outcome.response.headers.Add("ETag", object.etag);
  outcome.response.headers.Add("x-amz-server-side-encryption", "AES256");
  return outcome;
}

http::AwsResult<Outcome> GetObject(const Context& context, S3Request& request) {
  const auto object = RequireObject(context, request);
  if (!object.ok()) return object.error();
  for (const char* unsupported : {"If-Match", "If-None-Match", "If-Modified-Since"}) {
    if (request.http.headers.Find(unsupported)) return NotImplemented(unsupported);
  }
  Outcome outcome;
  AddObjectHeaders(outcome.response.headers, *object);
  const auto range = ReadRange(request.Header("Range"), object->size);
  if (!range.ok()) return range.error();
  const ByteRange part = range->value_or(ByteRange{0, object->size});
  if (*range) {
    outcome.response.status = 206;
    outcome.response.headers.Add(
        "Content-Range", fmt::format("bytes {}-{}/{}", part.begin, part.end - 1, object->size));
  }
  if (request.http.method == "HEAD") {
    outcome.response.headers.Add("Content-Length", std::to_string(part.end - part.begin));
    return outcome;
  }
  outcome.response.pieces = context.store.Pieces(object->blobs, part.begin, part.end);
  return outcome;
}

http::AwsResult<Outcome> DeleteObject(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  const auto object = context.store.FindObject(request.bucket, request.key);
  if (!object.ok()) return InternalError();
  Outcome outcome;
  outcome.response.status = 204;  // Also when there was nothing to delete.
  if (*object) DeleteObjectEntry(outcome.writes, request.bucket, request.key, **object);
  return outcome;
}

}  // namespace lifeboat::s3
