// ExternalTarget: regions that are none of ours. The drill meets them as any client does; what
// happens to them the scenario's own commands bring about.
#pragma once

#include <memory>

#include "world/drill_world.h"

namespace lifeboat::world {

std::unique_ptr<DrillWorld> NewExternalTarget(net::EventLoop& loop,
                                              const drill::ExternalWorld& external,
                                              DrillWorldOptions options);

}  // namespace lifeboat::world
