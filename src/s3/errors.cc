#include "s3/errors.h"

#include <fmt/format.h>

namespace lifeboat::s3 {

using http::AwsError;

AwsError NoSuchBucket() { return {404, "NoSuchBucket", "The specified bucket does not exist", ""}; }
AwsError NoSuchKey() { return {404, "NoSuchKey", "The specified key does not exist.", ""}; }
AwsError NoSuchUpload() {
  return {404, "NoSuchUpload",
          "The specified upload does not exist. The upload ID may be invalid, or the upload may "
          "have been aborted or completed.",
          ""};
}
AwsError InvalidBucketName() {
  return {400, "InvalidBucketName", "The specified bucket is not valid.", ""};
}
AwsError BucketAlreadyOwnedByYou() {
  return {409, "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.", ""};
}
AwsError BucketNotEmpty() {
  return {409, "BucketNotEmpty", "The bucket you tried to delete is not empty", ""};
}
AwsError TooManyBuckets() {
  return {400, "TooManyBuckets", "You have attempted to create more buckets than allowed", ""};
}
AwsError IllegalLocationConstraint(std::string_view constraint) {
  return {400, "IllegalLocationConstraintException",
          fmt::format("The {} location constraint is incompatible for the region specific endpoint "
                      "this request was sent to.",
                      constraint),
          ""};
}
AwsError InvalidArgument(std::string message) {
  return {400, "InvalidArgument", std::move(message), ""};
}
AwsError InvalidRequest(std::string message) {
  return {400, "InvalidRequest", std::move(message), ""};
}
AwsError MalformedXml() {
  return {400, "MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema",
          ""};
}
AwsError KeyTooLong() { return {400, "KeyTooLongError", "Your key is too long", ""}; }
AwsError MetadataTooLarge() {
  return {400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
          ""};
}
AwsError EntityTooLarge() {
  return {400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", ""};
}
AwsError EntityTooSmall() {
  return {400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
          ""};
}
AwsError BadDigest(std::string_view checksum) {
  return {400, "BadDigest",
          fmt::format("The {} you specified did not match the calculated checksum.", checksum), ""};
}
AwsError ContentSha256Mismatch() {
  return {400, "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed.", ""};
}
AwsError IncompleteBody() {
  return {400, "IncompleteBody",
          "The request body terminated unexpectedly or is not well-formed aws-chunked data", ""};
}
AwsError InvalidDigest() {
  return {400, "InvalidDigest", "The Content-MD5 you specified was invalid.", ""};
}
AwsError InvalidPart() {
  return {400, "InvalidPart",
          "One or more of the specified parts could not be found.  The part may not have been "
          "uploaded, or the specified entity tag may not match the part's entity tag.",
          ""};
}
AwsError InvalidPartOrder() {
  return {400, "InvalidPartOrder",
          "The list of parts was not in ascending order. Parts must be ordered by part number.",
          ""};
}
AwsError InvalidRange() {
  return {416, "InvalidRange", "The requested range is not satisfiable", ""};
}
AwsError PreconditionFailed() {
  return {412, "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold", ""};
}
AwsError MethodNotAllowed() {
  return {405, "MethodNotAllowed", "The specified method is not allowed against this resource.",
          ""};
}
AwsError NotImplemented(std::string_view what) {
  return {501, "NotImplemented",
          fmt::format("A header or parameter you provided implies functionality that is not "
                      "implemented: {}",
                      what),
          ""};
}
AwsError InternalError() {
  return {500, "InternalError", "We encountered an internal error. Please try again.", ""};
}

}  // namespace lifeboat::s3
