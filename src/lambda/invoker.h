// Invoker: how other parts of a region run functions. lambda::Service is the one that does.
#pragma once

#include <functional>
#include <string>

#include "http/aws_error.h"

namespace lifeboat::lambda {

struct InvokeRequest {
  std::string function;  ///< Name, ARN or part of an ARN.
  std::string payload;
  std::string trace_id;        ///< For Lambda-Runtime-Trace-Id; empty: a new one.
  std::string client_context;  ///< Decoded JSON; empty: none.
  /// The AWS service on whose behalf (apigateway.amazonaws.com) and the ARN that it acts for: the
  /// function's policy must allow it. Empty: a caller of the account itself, who needs no policy.
  std::string principal;
  std::string source_arn;
};

struct InvokeResult {
  std::string request_id;
  std::string payload;
  std::string function_error;  ///< Empty, or `Unhandled`: the payload then tells the error.
  std::string log_tail;        ///< The last lines that the invocation logged.
};

using InvokeDone = std::function<void(http::AwsResult<InvokeResult>)>;

class Invoker {
 public:
  virtual ~Invoker() = default;
  /// Runs a function and gives its answer to `done`, once, perhaps before this call returns. An
  /// error means that the function was not run: ResourceNotFound, AccessDenied, TooManyRequests.
  virtual void Invoke(InvokeRequest request, InvokeDone done) = 0;
};

}  // namespace lifeboat::lambda
