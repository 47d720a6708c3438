// WorldStage: the base of the worlds of ours, whoever has started them: what needs only the world's
// configuration, that is commands with its exports, its health checks, what is deployed in it.
#pragma once

#include <memory>
#include <string>

#include "net/spawner.h"
#include "world/config.h"
#include "world/deployment.h"
#include "world/drill_world.h"
#include "world/health_watch.h"

namespace lifeboat::world {

class WorldStage : public DrillWorld {
 public:
  WorldStage(net::EventLoop& loop, DrillWorldOptions options)
      : loop_(loop), options_(std::move(options)) {}

  std::unique_ptr<drill::RunningCommand> Run(
      const drill::Command& command, std::function<void(std::string)> on_line,
      std::function<void(Result<drill::CommandEnd>)> done) override;
  void Identify(std::function<void(drill::Deployments)> done) override;
  void Watch(std::function<void(drill::HealthEvent)> on_event) override;

 protected:
  const DrillWorldOptions& options() const { return options_; }
  void Use(Config config) { config_ = std::move(config); }
  const Config& config() const { return config_; }
  drill::World Describe() const;
  /// No more health events and answers.
  void Stop();

 private:
  net::EventLoop& loop_;
  const DrillWorldOptions options_;
  Config config_;
  net::Spawner spawner_;
  std::unique_ptr<HealthWatch> health_;
  std::unique_ptr<Deployment> deployment_;
};

/// Our environment with `set` over it and without `unset`; LIFEBOAT_BUILD_DIR is where `binary` is.
std::vector<std::string> CommandEnvironment(
    const std::vector<std::pair<std::string, std::string>>& set,
    const std::vector<std::string>& unset, const std::string& binary);

}  // namespace lifeboat::world
