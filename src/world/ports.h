// Free ports for worlds that run side by side.
#pragma once

#include "base/result.h"
#include "world/config.h"

namespace lifeboat::world {

/// Gives `config` ports that are free now: one pair that is free at all of its regions' addresses,
/// and others for edge and name server (UDP and TCP). kUnavailable when none are found.
Status PickFreePorts(Config& config);

}  // namespace lifeboat::world
