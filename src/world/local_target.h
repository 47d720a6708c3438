// LocalTarget: a world on this machine for a drill to run against. It starts the world in the
// drill's own process (supervisor and edge on the same event loop), on free ports, and ends it with
// itself.
#pragma once

#include <memory>

#include "world/drill_world.h"

namespace lifeboat::world {

std::unique_ptr<DrillWorld> NewLocalTarget(net::EventLoop& loop, DrillWorldOptions options);

}  // namespace lifeboat::world
