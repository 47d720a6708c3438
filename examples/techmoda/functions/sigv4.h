// AWS Signature Version 4 of requests to `/` without a query, which is all that DynamoDB needs
// (IAM User Guide, "Create a signed AWS API request").
#pragma once

#include <string>

#include "http_client.h"

namespace techmoda {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< May be empty.
};

/// Adds X-Amz-Date, X-Amz-Security-Token and Authorization. `amz_date` is `20150830T123600Z`.
void Sign(HttpRequest& request, const std::string& host, const Credentials& credentials,
          const std::string& region, const std::string& service, const std::string& amz_date);

/// `20150830T123600Z`
std::string AmzDate(int64_t millis);

}  // namespace techmoda
