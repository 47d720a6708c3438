// Reads a scenario's `target` section.
#pragma once

#include "drill/scenario_reader.h"
#include "drill/target_api/target_api.h"

namespace lifeboat::drill {

inline constexpr size_t kMaxTargetHeaders = 20;

/// Everything of `target` but `url`, which stays the caller's. Complains about what is wrong; the
/// caller closes the section.
TargetApi ReadTargetApi(Section& target, const std::vector<std::string>& regions);

}  // namespace lifeboat::drill
