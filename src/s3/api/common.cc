#include "base/bytes.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/service.h"

namespace lifeboat::s3 {

Result<void, http::AwsError> RequireBucket(const Context& context, const S3Request& request) {
  const auto bucket = context.store.FindBucket(request.bucket);
  if (!bucket.ok()) return InternalError();
  if (!*bucket) return NoSuchBucket();
  return {};
}

http::AwsResult<json::Object> KeptHeaders(const S3Request& request) {
  json::Object kept;
  size_t metadata_bytes = 0;
  for (const auto& [name, value] : request.http.headers) {
    const std::string lower = ToLower(name);
    const bool is_metadata = lower.starts_with("x-amz-meta-");
    if (is_metadata) metadata_bytes += lower.size() + value.size();
    if (is_metadata || lower == "content-type" || lower == "cache-control" ||
        lower == "content-disposition" || lower == "content-language") {
      kept.Set(lower, value);
    }
    if (lower == "x-amz-server-side-encryption" && value != "AES256") {
      return NotImplemented("x-amz-server-side-encryption " + value);
    }
  }
  if (metadata_bytes > kMaxUserMetadataBytes) return MetadataTooLarge();
  return kept;
}

http::Response XmlResponse(std::string body) {
  http::Response response;
  response.headers.Add("Content-Type", "application/xml");
  response.body = std::move(body);
  return response;
}

std::string QuotedEtag(std::string_view md5) { return "\"" + HexEncode(md5) + "\""; }

}  // namespace lifeboat::s3
