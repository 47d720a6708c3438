// DrillWorld: the world that a drill runs in, whoever has started it: one made for the drill, one
// that runs already, or regions that are none of ours.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "drill/fault_injector.h"
#include "drill/health_feed.h"
#include "drill/stage.h"
#include "net/event_loop.h"

namespace lifeboat::world {

struct DrillWorldOptions {
  std::string data_dir;         ///< Absolute; of a world of ours, else unused.
  std::string output_dir;       ///< Absolute; what commands write is kept here.
  std::string binary;           ///< The lifeboat program itself.
  std::string scenario_folder;  ///< Where commands are started.
  std::string version;
};

class DrillWorld : public drill::Stage, public drill::HealthFeed {
 public:
  virtual drill::FaultInjector& faults() = 0;
  /// In PEM, those that the world's TLS servers are checked against.
  virtual Result<std::string> TrustedCertificates() = 0;
  /// Leaves the world, and ends it if the drill has started it; `done` then.
  virtual void Close(std::function<void()> done) = 0;
};

/// `loop` must outlive it.
std::unique_ptr<DrillWorld> NewDrillWorld(net::EventLoop& loop, const drill::WorldSpec& spec,
                                          DrillWorldOptions options);

}  // namespace lifeboat::world
