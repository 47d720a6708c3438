// What CreateStage and CreateDeployment both ask of a stage.
#pragma once

#include <string_view>

#include "http/aws_error.h"

namespace lifeboat::apigateway {

/// 1 to 128 of [a-zA-Z0-9-_].
bool IsStageName(std::string_view name);
http::AwsError InvalidStageName();

}  // namespace lifeboat::apigateway
