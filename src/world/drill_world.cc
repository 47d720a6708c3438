#include "world/drill_world.h"

#include "world/external_target.h"
#include "world/local_target.h"
#include "world/running_target.h"

namespace lifeboat::world {

std::unique_ptr<DrillWorld> NewDrillWorld(net::EventLoop& loop, const drill::WorldSpec& spec,
                                          DrillWorldOptions options) {
  switch (spec.use) {
    case drill::WorldSpec::Use::kOwn:
      return NewLocalTarget(loop, std::move(options));
    case drill::WorldSpec::Use::kRunning:
      return NewRunningTarget(loop, std::move(options));
    case drill::WorldSpec::Use::kExternal:
      return NewExternalTarget(loop, spec.external, std::move(options));
  }
  return nullptr;
}

}  // namespace lifeboat::world
