#include "world/local_target.h"

#include "net/certificate_authority.h"
#include "net/files.h"
#include "world/control_guard.h"
#include "world/data_folder.h"
#include "world/edge.h"
#include "world/founding.h"
#include "world/local_faults.h"
#include "world/peer_key.h"
#include "world/ports.h"
#include "world/supervisor.h"
#include "world/world_stage.h"

namespace lifeboat::world {
namespace {

class LocalTarget final : public DrillWorld {
 public:
  LocalTarget(net::EventLoop& loop, DrillWorldOptions options)
      : loop_(loop), stage_(loop, std::move(options)) {}

  void Open(const drill::WorldSpec& spec, std::function<void(Result<drill::World>)> done) override {
    const Status prepared = Prepare(spec);
    if (!prepared)
      return loop_.Post([prepared, done = std::move(done)] { done(prepared.error()); });
    supervisor_->StartAll([this, done = std::move(done)](Status started) {
      if (!started) return done(started.error());
      done(stage_.Describe());
    });
  }
  std::unique_ptr<drill::RunningCommand> Run(
      const drill::Command& command, std::function<void(std::string)> on_line,
      std::function<void(Result<drill::CommandEnd>)> done) override {
    return stage_.Run(command, std::move(on_line), std::move(done));
  }
  void Identify(std::function<void(drill::Deployments)> done) override {
    stage_.Identify(std::move(done));
  }
  void Watch(std::function<void(drill::HealthEvent)> on_event) override {
    stage_.Watch(std::move(on_event));
  }
  drill::FaultInjector& faults() override { return faults_; }
  Result<std::string> TrustedCertificates() override {
    const auto ca = net::CertificateAuthority::LoadOrCreate(folder() + "/ca");
    if (!ca) return ca.error();
    return std::string((*ca)->ca_pem());
  }
  void Close(std::function<void()> done) override {
    stage_.Stop();
    if (!supervisor_) return loop_.Post(std::move(done));
    supervisor_->StopAll(std::move(done));
  }

 private:
  const std::string& folder() const { return stage_.options().data_dir; }

  Status Prepare(const drill::WorldSpec& spec) {
    auto config = MakeConfig(spec.regions);
    if (!config) return config.error();
    config->era = spec.era;
    if (const Status picked = PickFreePorts(*config); !picked) return picked;
    if (const Status made = net::MakeDataFolder(folder()); !made) return made;
    auto taken = FolderLock::Take(folder());
    if (!taken) return taken.error();
    lock_.emplace(*std::move(taken));
    const auto token = NewToken(folder());
    if (!token) return token.error();
    const auto ca = net::CertificateAuthority::LoadOrCreate(folder() + "/ca");
    if (!ca) return ca.error();
    if (const Status saved = FoundAndSave(*config, folder()); !saved) return saved;
    stage_.Use(*std::move(config));
    return StartSupervisor(*token);
  }

  Status StartSupervisor(const std::string& token) {
    auto key = LoadOrCreatePeerKey(folder());
    if (!key) return key.error();
    supervisor_ = std::make_unique<Supervisor>(
        loop_, stage_.config(),
        Supervisor::Options{folder(), stage_.options().binary, *std::move(key)});
    faults_.Use(*supervisor_);
    auto started = Edge::Start(
        loop_, stage_.config(), supervisor_->faults().table(),
        Guarded(stage_.config(), token, [this](http::Request request, http::Reply reply) {
          supervisor_->Handle(std::move(request), std::move(reply), nullptr);
        }));
    if (!started) return started.error();
    edge_ = *std::move(started);
    return {};
  }

  net::EventLoop& loop_;
  WorldStage stage_;
  std::optional<FolderLock> lock_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<Edge> edge_;
  LocalFaults faults_;
};

}  // namespace

std::unique_ptr<DrillWorld> NewLocalTarget(net::EventLoop& loop, DrillWorldOptions options) {
  return std::make_unique<LocalTarget>(loop, std::move(options));
}

}  // namespace lifeboat::world
