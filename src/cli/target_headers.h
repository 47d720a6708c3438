// The headers of a drill's target, with the secrets that the scenario takes from the environment.
#pragma once

#include "base/result.h"
#include "drill/target_api/target_api.h"

namespace lifeboat::cli {

/// The error names the variables that are not set, or can't stand in a header.
Result<http::Headers> TargetHeaders(const drill::TargetApi& api);

}  // namespace lifeboat::cli
