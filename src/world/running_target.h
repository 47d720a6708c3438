// RunningTarget: a world of ours that is up already. A drill uses it as its owner does, by its
// data folder and its control API, and leaves it running.
#pragma once

#include <memory>

#include "world/drill_world.h"

namespace lifeboat::world {

std::unique_ptr<DrillWorld> NewRunningTarget(net::EventLoop& loop, DrillWorldOptions options);

}  // namespace lifeboat::world
