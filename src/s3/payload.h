// The body of an upload: the aws-chunked framing that SDKs put around it, and the checksums that
// they send with it.
#pragma once

#include <string>
#include <string_view>

#include "http/aws_error.h"
#include "s3/request.h"

namespace lifeboat::s3 {

struct DecodedPayload {
  std::string body;
  http::Headers trailers;
};
/// Removes aws-chunked framing ("Signature calculations for the Authorization header: Transferring
/// payload in multiple chunks"). Chunk signatures are read over: the request's own signature has
/// been checked, and the connection stays on one machine.
http::AwsResult<DecodedPayload> DecodeChunkedPayload(std::string_view body);

/// Fills request.body and request.trailers from the HTTP body and compares it with every digest
/// that was sent: Content-MD5, x-amz-content-sha256, x-amz-checksum-*.
Result<void, http::AwsError> ReadPayload(S3Request& request);

/// The algorithms of x-amz-checksum-*, raw and in network byte order; empty for an unknown name.
std::string ComputeChecksum(std::string_view algorithm, std::string_view bytes);

}  // namespace lifeboat::s3
