// AwsClient: signed calls of AWS's JSON 1.0 services against one region of a world.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auth/sigv4.h"
#include "base/time.h"
#include "client/dialer.h"
#include "client/http_session.h"
#include "client/places.h"
#include "client/resolver.h"
#include "json/value.h"

namespace lifeboat::client {

/// What went wrong with a call: the service's own error type, or how the transport failed.
struct CallError {
  std::string type;  ///< `ResourceNotFoundException`; empty when no service answered.
  int status = 0;
  std::string message;
};

class AwsClient {
 public:
  /// Of a region's own place. `places` must outlive the client.
  AwsClient(Dialer& dialer, const Clock& clock, const Places& places, auth::Credentials credentials,
            std::string region);
  /// Of an endpoint, whatever stands there.
  AwsClient(Dialer& dialer, const Clock& clock, const AwsEndpoint& endpoint,
            auth::Credentials credentials, std::string region);

  /// One DynamoDB operation; `done` runs once. No retries.
  void DynamoDb(std::string_view operation, const json::Value& input, Duration timeout,
                std::function<void(Result<json::Value, CallError>)> done);
  const std::string& region() const { return region_; }

 private:
  const Clock& clock_;
  auth::Credentials credentials_;
  std::string region_;
  http::Url url_;
  Resolver resolver_;
  HttpSession session_;
};

}  // namespace lifeboat::client
