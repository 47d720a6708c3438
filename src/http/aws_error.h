// AWS's errors, and the five ways in which its protocols write them. Services name the error with a
// factory of their own; only these renderers know the form on the wire.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace lifeboat::http {

struct AwsError {
  int status = 400;
  std::string code;  ///< For instance ResourceNotFoundException, without a prefix.
  std::string message;
  /// Further members of a JSON error body, as raw JSON: `,"Item":{...}`. Empty for most.
  std::string extra_members;
};

/// The one wording for what AWS has and Lifeboat lacks. `what` names it with its kind ("Property
/// X"): nobody must take a limit of ours for a mistake of his own.
std::string NotSupported(std::string_view what);

template <class T>
using AwsResult = Result<T, AwsError>;

/// JSON 1.0 and 1.1: `{"__type":"<prefix><code>","message":"..."}`. `prefix` ends in `#` or is
/// empty. An empty message is left out. `content_type` is what the request sent.
Response RenderJsonError(const AwsError& error, std::string_view prefix,
                         std::string_view content_type, std::string_view message_key = "message");
/// REST-JSON (Lambda, API Gateway): x-amzn-ErrorType header, `{"Type":"User","message":"..."}`.
Response RenderRestJsonError(const AwsError& error);
/// Query (CloudFormation, IAM, STS): `<ErrorResponse><Error>...`, with the service's namespace.
Response RenderQueryError(const AwsError& error, std::string_view xml_namespace,
                          std::string_view request_id);
/// REST-XML of Route 53: as Query's, with its own namespace.
Response RenderRoute53Error(const AwsError& error, std::string_view request_id);
/// REST-XML of S3: `<Error><Code>...`.
Response RenderS3Error(const AwsError& error, std::string_view resource,
                       std::string_view request_id);

}  // namespace lifeboat::http
