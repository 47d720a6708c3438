// LocalTarget: a world on this machine for a drill to run against. It starts the world in the
// drill's own process (supervisor and edge on the same event loop), on free ports, and ends it with
// itself.
#pragma once

#include <memory>
#include <string>

#include "drill/target.h"
#include "net/event_loop.h"

namespace lifeboat::world {

class LocalTarget final : public drill::Target {
 public:
  struct Options {
    std::string data_dir;         ///< Absolute; the world's.
    std::string binary;           ///< The lifeboat program itself.
    std::string scenario_folder;  ///< Where the set-up script is started.
    std::string version;
  };

  LocalTarget(net::EventLoop& loop, Options options);
  ~LocalTarget() override;

  /// Ends a set-up script that still runs and the world; `done` when all processes are gone.
  void Close(std::function<void()> done);

  void Open(const drill::WorldSpec& spec, std::function<void(Result<drill::World>)> done) override;
  void RunSetup(const drill::SetupSpec& setup, std::function<void(std::string)> on_line,
                Done done) override;
  std::string DeploymentDigest() const override;
  void KillRegion(const std::string& region, Done done) override;
  void StartRegion(const std::string& region, Done done) override;
  void FreezeRegion(const std::string& region, Done done) override;
  void ThawRegion(const std::string& region, Done done) override;
  void InjectFault(const fault::Fault& fault, Done done) override;
  void ClearFault(const std::string& id, Done done) override;
  void WatchHealth(std::function<void(drill::HealthEvent)> on_event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::world
