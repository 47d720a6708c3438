// One function an operation, in api/. Each looks at the store and says what to answer and what to
// write; the service makes it durable before the answer goes out.
#pragma once

#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "s3/request.h"
#include "s3/store.h"
#include "storage/engine.h"

namespace lifeboat::s3 {

struct Context {
  const Store& store;
  Prng& prng;
  WallTime now;
  std::string_view region;
  std::string_view account;
  bool bucket_has_writes_under_way = false;
};

struct Outcome {
  http::Response response;
  storage::WriteBatch writes;
};

using Operation = http::AwsResult<Outcome> (*)(const Context&, S3Request&);

http::AwsResult<Outcome> ListBuckets(const Context&, S3Request&);
http::AwsResult<Outcome> CreateBucket(const Context&, S3Request&);
http::AwsResult<Outcome> HeadBucket(const Context&, S3Request&);
http::AwsResult<Outcome> DeleteBucket(const Context&, S3Request&);
http::AwsResult<Outcome> GetBucketLocation(const Context&, S3Request&);
http::AwsResult<Outcome> ListObjectsV2(const Context&, S3Request&);
http::AwsResult<Outcome> PutObject(const Context&, S3Request&);
/// HeadObject too: by the request's method.
http::AwsResult<Outcome> GetObject(const Context&, S3Request&);
http::AwsResult<Outcome> DeleteObject(const Context&, S3Request&);
http::AwsResult<Outcome> CreateMultipartUpload(const Context&, S3Request&);
http::AwsResult<Outcome> UploadPart(const Context&, S3Request&);
http::AwsResult<Outcome> CompleteMultipartUpload(const Context&, S3Request&);
http::AwsResult<Outcome> AbortMultipartUpload(const Context&, S3Request&);

/// Ok when the bucket is there.
Result<void, http::AwsError> RequireBucket(const Context& context, const S3Request& request);
/// The headers that are kept with an object and given back with it.
http::AwsResult<json::Object> KeptHeaders(const S3Request& request);
http::Response XmlResponse(std::string body);
std::string QuotedEtag(std::string_view md5);

}  // namespace lifeboat::s3
