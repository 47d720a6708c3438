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

class LocalTarget final : public WorldStage {
 public:
  LocalTarget(net::EventLoop& loop, DrillWorldOptions options)
      : WorldStage(loop, std::move(options)), loop_(loop) {}

  void Open(const drill::WorldSpec& spec, std::function<void(Result<drill::World>)> done) override {
    const Status prepared = Prepare(spec);
    if (!prepared)
      return loop_.Post([prepared, done = std::move(done)] { done(prepared.error()); });
    supervisor_->StartAll([this, done = std::move(done)](Status started) {
      if (!started) return done(started.error());
      done(Describe());
    });
  }
  drill::FaultInjector& faults() override { return faults_; }
  Result<std::string> TrustedCertificates() override {
    const auto ca = net::CertificateAuthority::LoadOrCreate(folder() + "/ca");
    if (!ca) return ca.error();
    return std::string((*ca)->ca_pem());
  }
  void Close(std::function<void()> done) override {
    Stop();
    if (!supervisor_) return loop_.Post(std::move(done));
    supervisor_->StopAll(std::move(done));
  }

 private:
  const std::string& folder() const { return options().data_dir; }

  Status Prepare(const drill::WorldSpec& spec) {
    auto drawn = MakeConfig(spec.regions);
    if (!drawn) return drawn.error();
    drawn->era = spec.era;
    if (const Status picked = PickFreePorts(*drawn); !picked) return picked;
    if (const Status made = net::MakeDataFolder(folder()); !made) return made;
    auto taken = FolderLock::Take(folder());
    if (!taken) return taken.error();
    lock_.emplace(*std::move(taken));
    const auto token = NewToken(folder());
    if (!token) return token.error();
    const auto ca = net::CertificateAuthority::LoadOrCreate(folder() + "/ca");
    if (!ca) return ca.error();
    if (const Status saved = FoundAndSave(*drawn, folder()); !saved) return saved;
    Use(*std::move(drawn));
    return StartSupervisor(*token);
  }

  Status StartSupervisor(const std::string& token) {
    auto key = LoadOrCreatePeerKey(folder());
    if (!key) return key.error();
    supervisor_ = std::make_unique<Supervisor>(
        loop_, config(), Supervisor::Options{folder(), options().binary, *std::move(key)});
    faults_.Use(*supervisor_);
    auto started =
        Edge::Start(loop_, config(), supervisor_->faults().table(),
                    Guarded(config(), token, [this](http::Request request, http::Reply reply) {
                      supervisor_->Handle(std::move(request), std::move(reply), nullptr);
                    }));
    if (!started) return started.error();
    edge_ = *std::move(started);
    return {};
  }

  net::EventLoop& loop_;
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
