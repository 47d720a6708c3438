// CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation.
#include <pugixml.hpp>

#include "base/bytes.h"
#include "http/xml.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";
// The region whose buckets have no location constraint.
constexpr std::string_view kClassicRegion = "us-east-1";

// Amazon S3 User Guide, "General purpose buckets naming rules".
bool IsBucketName(std::string_view name) {
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.size() < 3 || name.size() > 63) return false;
  if (!is_alnum(name.front()) || !is_alnum(name.back())) return false;
  for (const char c : name) {
    if (!is_alnum(c) && c != '-' && c != '.') return false;
  }
  return name.find("..") == std::string_view::npos;
}

// The region that the body asks for; empty when it asks for none.
http::AwsResult<std::string> ReadLocationConstraint(const std::string& body) {
  if (Trim(body).empty()) return std::string();
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return MalformedXml();
  const pugi::xml_node root = document.child("CreateBucketConfiguration");
  if (!root) return MalformedXml();
  for (const pugi::xml_node child : root.children()) {
    const std::string_view name = child.name();
    if (name != "LocationConstraint") return NotImplemented(name);
  }
  return std::string(root.child_value("LocationConstraint"));
}

}  // namespace

http::AwsResult<Outcome> CreateBucket(const Context& context, S3Request& request) {
  if (!IsBucketName(request.bucket)) return InvalidBucketName();
  auto constraint = ReadLocationConstraint(request.body);
  if (!constraint.ok()) return constraint.error();
  if (constraint->empty() && context.region != kClassicRegion) {
    return IllegalLocationConstraint("unspecified");
  }
  if (!constraint->empty() && (*constraint != context.region || *constraint == kClassicRegion)) {
    return IllegalLocationConstraint(*constraint);
  }
  const auto existing = context.store.FindBucket(request.bucket);
  const auto buckets = context.store.ListBuckets();
  if (!existing.ok() || !buckets.ok()) return InternalError();
  Outcome outcome;
  outcome.response.headers.Add("Location", "/" + request.bucket);
  if (*existing) {  // In us-east-1 creating one's own bucket again succeeds.
    if (context.region != kClassicRegion) return BucketAlreadyOwnedByYou();
    return outcome;
  }
  if (buckets->size() >= kMaxBuckets) return TooManyBuckets();
  PutBucketEntry(outcome.writes, request.bucket, context.now);
  return outcome;
}

http::AwsResult<Outcome> HeadBucket(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  Outcome outcome;
  outcome.response.headers.Add("x-amz-bucket-region", std::string(context.region));
  return outcome;
}

http::AwsResult<Outcome> DeleteBucket(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  bool is_empty = !context.bucket_has_writes_under_way;
  const Status visited =
      context.store.VisitObjects(request.bucket, "", [&](const std::string&, const Object&) {
        is_empty = false;
        return false;
      });
  if (!visited.ok()) return InternalError();
  if (!is_empty) return BucketNotEmpty();
  Outcome outcome;
  outcome.response.status = 204;
  DeleteBucketEntry(outcome.writes, request.bucket);
  return outcome;
}

http::AwsResult<Outcome> ListBuckets(const Context& context, S3Request&) {
  const auto buckets = context.store.ListBuckets();
  if (!buckets.ok()) return InternalError();
  http::XmlWriter xml;
  xml.Open("ListAllMyBucketsResult", kNamespace);
  xml.Open("Owner").Leaf("ID", context.account).Close().Open("Buckets");
  for (const Store::NamedBucket& bucket : *buckets) {
    xml.Open("Bucket").Leaf("Name", bucket.name);
    xml.Leaf("CreationDate", FormatIso8601Millis(bucket.created)).Close();
  }
  return Outcome{XmlResponse(xml.Take()), {}};
}

http::AwsResult<Outcome> GetBucketLocation(const Context& context, S3Request& request) {
  if (auto found = RequireBucket(context, request); !found.ok()) return found.error();
  http::XmlWriter xml;
  xml.Open("LocationConstraint", kNamespace);
  std::string body = xml.Take();
  if (context.region != kClassicRegion) {
    const size_t end = body.rfind("</");
    body.insert(end, context.region);
  }
  return Outcome{XmlResponse(std::move(body)), {}};
}

}  // namespace lifeboat::s3
