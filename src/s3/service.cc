#include "s3/service.h"

#include "base/bytes.h"
#include "base/ids.h"
#include "http/aws_error.h"
#include "s3/errors.h"
#include "s3/operations.h"
#include "s3/payload.h"

namespace lifeboat::s3 {
namespace {

// Parameters that do not choose another operation.
bool IsPlainParameter(std::string_view name) {
  return name == "x-id" || name == "list-type" || name == "prefix" || name == "delimiter" ||
         name == "max-keys" || name == "continuation-token" || name == "start-after" ||
         name == "encoding-type" || name == "fetch-owner" || name == "uploadId" ||
         name == "partNumber" || name == "uploads" || name == "location" ||
         name.starts_with("X-Amz-");
}

Operation FindServiceOperation(std::string_view method) {
  return method == "GET" ? &ListBuckets : nullptr;
}

Operation FindBucketOperation(std::string_view method, const http::Params& params) {
  if (method == "PUT") return &CreateBucket;
  if (method == "HEAD") return &HeadBucket;
  if (method == "DELETE") return &DeleteBucket;
  if (method == "GET" && params.Find("location")) return &GetBucketLocation;
  if (method == "GET" && params.Get("list-type") == "2") return &ListObjectsV2;
  return nullptr;
}

Operation FindObjectOperation(std::string_view method, const http::Params& params) {
  const bool has_upload_id = params.Find("uploadId") != nullptr;
  if (method == "PUT") return has_upload_id ? &UploadPart : &PutObject;
  if (method == "POST" && params.Find("uploads")) return &CreateMultipartUpload;
  if (method == "POST" && has_upload_id) return &CompleteMultipartUpload;
  if (method == "DELETE") return has_upload_id ? &AbortMultipartUpload : &DeleteObject;
  if ((method == "GET" || method == "HEAD") && !has_upload_id) return &GetObject;
  return nullptr;
}

http::AwsResult<Operation> FindOperation(const S3Request& request) {
  for (const auto& [name, value] : request.params) {
    if (!IsPlainParameter(name)) return NotImplemented(name);
  }
  if (request.http.headers.Find("x-amz-copy-source")) return NotImplemented("x-amz-copy-source");
  const std::string_view method = request.http.method;
  Operation operation = request.bucket.empty() ? FindServiceOperation(method)
                        : request.key.empty()  ? FindBucketOperation(method, request.params)
                                               : FindObjectOperation(method, request.params);
  if (operation) return operation;
  if (method == "GET" || method == "POST") return NotImplemented("this operation");
  return MethodNotAllowed();
}

http::Response RenderError(const http::AwsError& error, const S3Request& request,
                           const std::string& request_id) {
  const http::Target target = http::SplitTarget(request.http.target);
  http::Response response = http::RenderS3Error(error, target.path, request_id);
  if (request.http.method == "HEAD") response.body.clear();
  return response;
}

http::AwsResult<Outcome> Run(const Context& context, S3Request& request) {
  const auto operation = FindOperation(request);
  if (!operation.ok()) return operation.error();
  if (request.key.size() > kMaxKeyBytes) return KeyTooLong();
  if (!IsUtf8(request.key)) return InvalidArgument("The object key is not valid UTF-8");
  if (auto payload = ReadPayload(request); !payload.ok()) return payload.error();
  return (*operation)(context, request);
}

}  // namespace

void Service::Handle(const http::Request& request, http::Reply reply) {
  S3Request s3 = ReadS3Request(request);
  const std::string request_id = NewId(dependencies_.prng, 16, kUpperAlnum);
  const Store store(dependencies_.engine);
  const Context context{store,           dependencies_.prng, dependencies_.clock.WallNow(),
                        options_.region, options_.account,   writes_under_way_.contains(s3.bucket)};
  auto outcome = Run(context, s3);
  http::Response response =
      outcome.ok() ? std::move(outcome->response) : RenderError(outcome.error(), s3, request_id);
  response.headers.Add("x-amz-request-id", request_id);
  if (!outcome.ok() || outcome->writes.empty()) return reply(std::move(response));

  ++writes_under_way_[s3.bucket];
  dependencies_.committer.Commit(
      std::move(outcome->writes),
      [this, bucket = s3.bucket, failed = RenderError(InternalError(), s3, request_id),
       response = std::move(response), reply = std::move(reply)](Status status) {
        if (--writes_under_way_[bucket] == 0) writes_under_way_.erase(bucket);
        reply(status.ok() ? response : failed);
      });
}

Result<std::string> Service::GetObject(std::string_view bucket, std::string_view key) const {
  const Store store(dependencies_.engine);
  const auto found = store.FindBucket(bucket);
  if (!found.ok()) return found.error();
  if (!*found) return Error{ErrorCode::kNotFound, NoSuchBucket().message};
  const auto object = store.FindObject(bucket, key);
  if (!object.ok()) return object.error();
  if (!*object) return Error{ErrorCode::kNotFound, NoSuchKey().message};
  return store.ReadBlobs((*object)->blobs);
}

}  // namespace lifeboat::s3
