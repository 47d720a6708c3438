// Multipart uploads: CreateMultipartUpload, UploadPart, CompleteMultipartUpload,
// AbortMultipartUpload. The AWS CLI uses them above 8 MB.
#include <pugixml.hpp>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/ids.h"
#include "http/xml.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";
constexpr size_t kUploadIdChars = 64;
// All parts but the last must have this size (Amazon S3 User Guide, "multipart upload limits").
constexpr size_t kMinPartBytes = 5 * 1024 * 1024;

http::AwsResult<Upload> RequireUpload(const Context& context, const S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  auto upload = context.store.FindUpload(request.params.Get("uploadId"));
  if (!upload.ok()) return InternalError();
  if (!*upload || (*upload)->bucket != request.bucket || (*upload)->key != request.key) {
    return NoSuchUpload();
  }
  return std::move(**upload);
}

struct NamedPart {
  uint64_t number = 0;
  std::string etag;
};

http::AwsResult<std::vector<NamedPart>> ReadPartList(const std::string& body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return MalformedXml();
  std::vector<NamedPart> parts;
  for (const pugi::xml_node node : document.child("CompleteMultipartUpload").children("Part")) {
    const auto number = ParseUint(node.child_value("PartNumber"));
    if (!number || parts.size() >= kMaxParts) return MalformedXml();
    std::string etag(Trim(node.child_value("ETag")));
    if (!etag.starts_with('"')) etag = "\"" + etag + "\"";
    if (!parts.empty() && *number <= parts.back().number) return InvalidPartOrder();
    parts.push_back({*number, std::move(etag)});
  }
  if (parts.empty()) return MalformedXml();
  return parts;
}

// The stored parts in the order that the list names them.
http::AwsResult<std::vector<Part>> ChooseParts(const std::vector<NamedPart>& named,
                                               const std::vector<Part>& stored) {
  std::vector<Part> chosen;
  for (const NamedPart& name : named) {
    const auto it = std::find_if(stored.begin(), stored.end(), [&](const Part& part) {
      return part.number == name.number && part.etag == name.etag;
    });
    if (it == stored.end()) return InvalidPart();
    if (!chosen.empty() && chosen.back().blob.size < kMinPartBytes) return EntityTooSmall();
    chosen.push_back(*it);
  }
  return chosen;
}

// The digest of the parts' digests, and how many there are.
std::string MultipartEtag(const std::vector<Part>& parts) {
  std::string digests;
  for (const Part& part : parts) {
    digests += HexDecode(part.etag.substr(1, part.etag.size() - 2)).value_or("");
  }
  return fmt::format("\"{}-{}\"", HexEncode(Md5(digests)), parts.size());
}

}  // namespace

http::AwsResult<Outcome> CreateMultipartUpload(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  auto headers = KeptHeaders(request);
  if (!headers.ok()) return headers.error();
  const std::string id = NewId(context.prng, kUploadIdChars, kLowerAlnum);
  http::XmlWriter xml;
  xml.Open("InitiateMultipartUploadResult", kNamespace);
  xml.Leaf("Bucket", request.bucket).Leaf("Key", request.key).Leaf("UploadId", id);
  Outcome outcome{XmlResponse(xml.Take()), {}};
  PutUpload(outcome.writes, id, {request.bucket, request.key, std::move(*headers)});
  return outcome;
}

http::AwsResult<Outcome> UploadPart(const Context& context, S3Request& request) {
  const auto upload = RequireUpload(context, request);
  if (!upload.ok()) return upload.error();
  const auto number = ParseUint(request.params.Get("partNumber"));
  if (!number || *number < 1 || *number > kMaxParts) {
    return InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
  }
  const std::string_view upload_id = request.params.Get("uploadId");
  const auto stored = context.store.ListParts(upload_id);
  if (!stored.ok()) return InternalError();
  Outcome outcome;
  size_t total = request.body.size();
  for (const Part& part : *stored) {
    if (part.number == *number) {
      DeleteBlob(outcome.writes, part.blob);
    } else {
      total += part.blob.size;
    }
  }
  if (total > kMaxObjectBytes) return EntityTooLarge();
  const Part part{static_cast<uint16_t>(*number), QuotedEtag(Md5(request.body)),
                  PutBlob(outcome.writes, context.prng, request.body)};
  PutPart(outcome.writes, upload_id, part);
  outcome.response.headers.Add("ETag", part.etag);
  return outcome;
}

http::AwsResult<Outcome> CompleteMultipartUpload(const Context& context, S3Request& request) {
  const auto upload = RequireUpload(context, request);
  if (!upload.ok()) return upload.error();
  const auto named = ReadPartList(request.body);
  if (!named.ok()) return named.error();
  const std::string_view upload_id = request.params.Get("uploadId");
  const auto stored = context.store.ListParts(upload_id);
  const auto existing = context.store.FindObject(request.bucket, request.key);
  if (!stored.ok() || !existing.ok()) return InternalError();
  const auto chosen = ChooseParts(*named, *stored);
  if (!chosen.ok()) return chosen.error();

  Outcome outcome;
  if (*existing) DeleteObjectEntry(outcome.writes, request.bucket, request.key, **existing);
  Object object;
  object.etag = MultipartEtag(*chosen);
  object.modified = context.now;
  object.headers = upload->headers;
  for (const Part& part : *chosen) {
    object.size += part.blob.size;
    object.blobs.push_back(part.blob);
  }
  for (const Part& part : *stored) {
    const bool is_used = std::any_of(chosen->begin(), chosen->end(), [&](const Part& used) {
      return used.blob.id == part.blob.id;
    });
    if (!is_used) DeleteBlob(outcome.writes, part.blob);
  }
  PutObjectEntry(outcome.writes, request.bucket, request.key, object);
  DeleteUpload(outcome.writes, upload_id);
  http::XmlWriter xml;
  xml.Open("CompleteMultipartUploadResult", kNamespace);
  xml.Leaf("Bucket", request.bucket).Leaf("Key", request.key).Leaf("ETag", object.etag);
  outcome.response = XmlResponse(xml.Take());
  return outcome;
}

http::AwsResult<Outcome> AbortMultipartUpload(const Context& context, S3Request& request) {
  const auto upload = RequireUpload(context, request);
  if (!upload.ok()) return upload.error();
  const std::string_view upload_id = request.params.Get("uploadId");
  const auto stored = context.store.ListParts(upload_id);
  if (!stored.ok()) return InternalError();
  Outcome outcome;
  outcome.response.status = 204;
  for (const Part& part : *stored) DeleteBlob(outcome.writes, part.blob);
  DeleteUpload(outcome.writes, upload_id);
  return outcome;
}

}  // namespace lifeboat::s3
