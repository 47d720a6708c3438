// What an S3 request is about: bucket, key and sub-resource, from either addressing style.
#pragma once

#include <string>

#include "http/message.h"

namespace lifeboat::s3 {

struct S3Request {
  const http::Request& http;
  std::string bucket;  ///< Empty for the service itself.
  std::string key;     ///< Decoded; empty for the bucket itself.
  http::Params params;
  std::string body;  ///< As the client meant it: aws-chunked framing removed.
  http::Headers trailers;

  /// A header, or the trailer of that name.
  std::string_view Header(std::string_view name) const;
};

/// Reads bucket and key. The body is not touched.
S3Request ReadS3Request(const http::Request& request);

}  // namespace lifeboat::s3
