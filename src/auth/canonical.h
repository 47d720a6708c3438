// The canonical request and the string to sign, shared by Sign and Verify
// (IAM User Guide, "Create a signed AWS API request", steps 1 to 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace lifeboat::auth {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

struct CanonicalInput {
  const http::Request& request;
  std::vector<std::string> signed_headers;  ///< Lower-case, sorted.
  std::string_view payload_hash;            ///< Hex, or a word such as UNSIGNED-PAYLOAD.
  bool is_s3 = false;                       ///< S3 alone does not encode the path a second time.
  bool query_signature = false;             ///< X-Amz-Signature is then left out of the query.
  bool drop_host_port = false;              ///< For clients that sign Host without its port.
};
std::string CanonicalRequest(const CanonicalInput& input);

/// `date_time` is 20261123T053300Z, `scope` is 20261123/us-east-1/dynamodb/aws4_request.
std::string StringToSign(std::string_view date_time, std::string_view scope,
                         std::string_view canonical_request);

/// Hex signature. The derived key is cached per thread: it is the same for a whole day.
std::string Signature(std::string_view secret, std::string_view date, std::string_view region,
                      std::string_view service, std::string_view string_to_sign);

}  // namespace lifeboat::auth
