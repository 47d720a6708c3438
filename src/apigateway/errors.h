// The errors of API Gateway's control plane, one factory each, with AWS's types and texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/aws_error.h"

namespace lifeboat::apigateway {

http::AwsError ApiNotFound(std::string_view account, std::string_view id);
/// `what` as AWS writes it: Resource, Method, Integration, stage, Deployment, domain name ...
http::AwsError InvalidIdentifier(std::string_view what);
http::AwsError BadRequest(std::string message);
http::AwsError NotSupported(std::string_view what);
http::AwsError Conflict(std::string message);
http::AwsError LimitExceeded(std::string_view what, size_t limit);
http::AwsError InvalidPatchPath(std::string_view path, std::string_view op,
                                const std::vector<std::string_view>& allowed);
http::AwsError TooManyRequests();
http::AwsError StorageFailed();
http::AwsError UnknownOperation();

}  // namespace lifeboat::apigateway
