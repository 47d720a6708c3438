// AWS Signature Version 4, both sides (AWS General Reference, "Signing AWS API requests").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/aws_error.h"
#include "http/message.h"

namespace lifeboat::auth {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< Empty for long-term keys.
  std::string arn;            ///< Who it is, for GetCallerIdentity; not part of a signature.
};

/// The keys that a region knows. nullptr for an unknown key.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual const Credentials* Find(std::string_view access_key_id) const = 0;
};

/// `AKID/20261123/us-east-1/dynamodb/aws4_request`, taken apart.
struct CredentialScope {
  std::string access_key_id;
  std::string date;
  std::string region;
  std::string service;
};
/// Of the Authorization header or the X-Amz-Credential query parameter, without checking anything
/// else. The edge and a region's router go by it.
std::optional<CredentialScope> FindCredentialScope(const http::Request& request);

/// Signs in place: adds X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256 (for s3) and
/// Authorization. Host must be set. The body is signed.
void Sign(http::Request& request, const Credentials& credentials, std::string_view region,
          std::string_view service, WallTime now);

struct Expectation {
  std::string_view region;
  std::string_view service;
};
/// Checks header or query signature against the request as received. The error has AWS's code and
/// text for each failure (docs/compatibility.md); otherwise it is the key, as `keys` holds it.
http::AwsResult<const Credentials*> Verify(const http::Request& request,
                                           const CredentialSource& keys,
                                           const Expectation& expected, WallTime now);

}  // namespace lifeboat::auth
