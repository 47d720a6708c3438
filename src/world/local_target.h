// LocalTarget: a world on this machine for a drill to run against. It starts the world in the
// drill's own process (supervisor and edge on the same event loop), on free ports, and ends it with
// itself.
#pragma once

#include <memory>
#include <string>

#include "drill/fault_injector.h"
#include "drill/health_feed.h"
#include "drill/stage.h"
#include "net/event_loop.h"

namespace lifeboat::world {

class LocalTarget final : public drill::Stage, public drill::HealthFeed {
 public:
  struct Options {
    std::string data_dir;         ///< Absolute; the world's.
    std::string output_dir;       ///< Absolute; what commands write is kept here.
    std::string binary;           ///< The lifeboat program itself.
    std::string scenario_folder;  ///< Where commands are started.
    std::string version;
  };

  LocalTarget(net::EventLoop& loop, Options options);
  ~LocalTarget() override;

  /// Ends the world; `done` when all processes are gone.
  void Close(std::function<void()> done);
  /// The world's faults; only once the world is open.
  drill::FaultInjector& faults();

  void Open(const drill::WorldSpec& spec, std::function<void(Result<drill::World>)> done) override;
  std::unique_ptr<drill::RunningCommand> Run(
      const drill::Command& command, std::function<void(std::string)> on_line,
      std::function<void(Result<drill::CommandEnd>)> done) override;
  void Identify(std::function<void(std::string)> done) override;
  void Watch(std::function<void(drill::HealthEvent)> on_event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::world
