// Drift: what a standby has otherwise than the region whose work it is to take over. A standby that
// was forgotten at the last deployment fails when it is needed, and looks well until then.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drill/stage.h"

namespace lifeboat::drill {

/// For people, in the order of things: functions of `primary` that `standby` lacks, and settings
/// that differ. A stack that only one region has is no drift: what is global stands in one. Values
/// of variables may be secrets and are never told.
std::vector<std::string> FindDrift(const Deployments& deployments, std::string_view primary,
                                   std::string_view standby);

}  // namespace lifeboat::drill
