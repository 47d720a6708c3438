// AwsCaller: how resources are made. A resource type of CloudFormation is a translation of
// properties into calls of AWS's own APIs; the caller carries them to the service, in this region
// or another.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace lifeboat::cloudformation {

/// Implemented by region/.
class AwsCaller {
 public:
  virtual ~AwsCaller() = default;
  /// Sends `request` (method, target, headers such as X-Amz-Target and Content-Type, body; no
  /// signature, no Host) to `service` (dynamodb, lambda, apigateway, iam, acm, s3, route53, sts) in
  /// `region`. `done` gets the HTTP answer, or kUnavailable (not done) or kUnknownOutcome when
  /// there is none.
  virtual void Call(std::string_view service, std::string_view region, http::Request request,
                    std::function<void(Result<http::Response>)> done) = 0;
};

}  // namespace lifeboat::cloudformation
