#include "s3/request.h"

#include "base/bytes.h"

namespace lifeboat::s3 {
namespace {

// `bucket.s3.us-east-1.amazonaws.com`, `bucket.s3.amazonaws.com`, `bucket.s3-us-west-2.amaz...`.
std::string BucketOfHost(std::string_view host_header) {
  const std::string host = http::HostWithoutPort(host_header);
  if (!host.ends_with(".amazonaws.com") || host.starts_with("s3.") || host.starts_with("s3-")) {
    return "";
  }
  size_t dot = host.rfind(".s3.");
  if (dot == std::string::npos) dot = host.rfind(".s3-");
  return dot == std::string::npos ? "" : host.substr(0, dot);
}

}  // namespace

std::string_view S3Request::Header(std::string_view name) const {
  const std::string* header = http.headers.Find(name);
  return header ? std::string_view(*header) : trailers.Get(name);
}

S3Request ReadS3Request(const http::Request& request) {
  const http::Target target = http::SplitTarget(request.target);
  S3Request s3{.http = request, .params = http::Params::Parse(target.query)};
  std::string_view path = target.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  s3.bucket = BucketOfHost(request.host());
  if (s3.bucket.empty()) {
    const size_t slash = path.find('/');
    s3.bucket = PercentDecode(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  s3.key = PercentDecode(path);
  return s3;
}

}  // namespace lifeboat::s3
