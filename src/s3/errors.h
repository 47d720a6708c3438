// The errors of Amazon S3 (API Reference, "Error responses"), one factory each.
#pragma once

#include <string>
#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::s3 {

http::AwsError NoSuchBucket();
http::AwsError NoSuchKey();
http::AwsError NoSuchUpload();
http::AwsError InvalidBucketName();
http::AwsError BucketAlreadyOwnedByYou();
http::AwsError BucketNotEmpty();
http::AwsError TooManyBuckets();
/// `constraint` is what the request gave, or `unspecified`.
http::AwsError IllegalLocationConstraint(std::string_view constraint);
http::AwsError InvalidArgument(std::string message);
http::AwsError InvalidRequest(std::string message);
http::AwsError MalformedXml();
http::AwsError KeyTooLong();
http::AwsError MetadataTooLarge();
http::AwsError EntityTooLarge();
http::AwsError EntityTooSmall();
http::AwsError BadDigest(std::string_view checksum);
http::AwsError ContentSha256Mismatch();
http::AwsError IncompleteBody();
http::AwsError InvalidDigest();
http::AwsError InvalidPart();
http::AwsError InvalidPartOrder();
http::AwsError InvalidRange();
http::AwsError PreconditionFailed();
http::AwsError MethodNotAllowed();
http::AwsError NotImplemented(std::string_view what);
http::AwsError InternalError();

}  // namespace lifeboat::s3
