#include "world/local_target.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/bytes.h"
#include "net/certificate_authority.h"
#include "net/child_process.h"
#include "net/dialer.h"
#include "net/files.h"
#include "net/http_client.h"
#include "world/control_guard.h"
#include "world/data_folder.h"
#include "world/deployment.h"
#include "world/edge.h"
#include "world/exports.h"
#include "world/founding.h"
#include "world/health_watch.h"
#include "world/local_command.h"
#include "world/local_faults.h"
#include "world/peer_key.h"
#include "world/ports.h"
#include "world/supervisor.h"

namespace lifeboat::world {
namespace {

drill::World Describe(const Config& config, const std::string& version) {
  drill::World world;
  for (const RegionConfig& region : config.regions) {
    world.regions.push_back({region.name, region.address, region.http_port, region.https_port});
  }
  world.name_servers.push_back({config.nameserver_address, config.dns_port});
  world.credentials = config.keys.front();
  world.era = config.era;
  world.version = version;
  return world;
}

/// Our environment with the exports over it.
std::vector<std::string> CommandEnvironment(const Exports& exports, const std::string& binary) {
  std::map<std::string, std::string> variables;
  for (const std::string& entry : net::InheritedEnvironment()) {
    const size_t equals = entry.find('=');
    if (equals != std::string::npos) variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  for (const std::string& name : exports.unset) variables.erase(name);
  for (const auto& [name, value] : exports.set) variables[name] = value;
  // Where this build stands, for scripts of examples in this repository.
  variables.try_emplace("LIFEBOAT_BUILD_DIR", binary.substr(0, binary.rfind('/')));
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

}  // namespace

struct LocalTarget::Impl {
  net::EventLoop& loop;
  Options options;
  Config config;
  std::optional<FolderLock> lock;
  std::unique_ptr<Supervisor> supervisor;
  std::unique_ptr<Edge> edge;
  net::Spawner spawner;
  std::unique_ptr<HealthWatch> health;
  std::unique_ptr<Deployment> deployment;
  LocalFaults faults;

  Status Prepare(const drill::WorldSpec& spec) {
    auto made = MakeConfig(spec.regions);
    if (!made) return made.error();
    config = *std::move(made);
    config.era = spec.era;
    if (const Status picked = PickFreePorts(config); !picked) return picked;
    if (const Status folder = net::MakeDataFolder(options.data_dir); !folder) return folder;
    auto taken = FolderLock::Take(options.data_dir);
    if (!taken) return taken.error();
    lock.emplace(*std::move(taken));
    const auto token = NewToken(options.data_dir);
    if (!token) return token.error();
    const auto ca = net::CertificateAuthority::LoadOrCreate(options.data_dir + "/ca");
    if (!ca) return ca.error();
    if (const Status saved = FoundAndSave(config, options.data_dir); !saved) return saved;
    auto key = LoadOrCreatePeerKey(options.data_dir);
    if (!key) return key.error();
    supervisor = std::make_unique<Supervisor>(
        loop, config, Supervisor::Options{options.data_dir, options.binary, *std::move(key)});
    faults.Use(*supervisor);
    auto started =
        Edge::Start(loop, config, supervisor->faults().table(),
                    Guarded(config, *token, [this](http::Request request, http::Reply reply) {
                      supervisor->Handle(std::move(request), std::move(reply), nullptr);
                    }));
    if (!started) return started.error();
    edge = *std::move(started);
    return {};
  }
};

LocalTarget::LocalTarget(net::EventLoop& loop, Options options)
    : impl_(new Impl{.loop = loop, .options = std::move(options)}) {}

LocalTarget::~LocalTarget() = default;

void LocalTarget::Close(std::function<void()> done) {
  impl_->health.reset();
  impl_->deployment.reset();
  if (!impl_->supervisor) return impl_->loop.Post(std::move(done));
  impl_->supervisor->StopAll(std::move(done));
}

void LocalTarget::Open(const drill::WorldSpec& spec,
                       std::function<void(Result<drill::World>)> done) {
  if (impl_->supervisor) {  // A further run of the same drill.
    return impl_->loop.Post(
        [this, done = std::move(done)] { done(Describe(impl_->config, impl_->options.version)); });
  }
  if (const Status prepared = impl_->Prepare(spec); !prepared) {
    return impl_->loop.Post([prepared, done = std::move(done)] { done(prepared.error()); });
  }
  impl_->supervisor->StartAll([this, done = std::move(done)](Status started) {
    if (!started) return done(started.error());
    done(Describe(impl_->config, impl_->options.version));
  });
}

drill::FaultInjector& LocalTarget::faults() { return impl_->faults; }

std::unique_ptr<drill::RunningCommand> LocalTarget::Run(
    const drill::Command& command, std::function<void(std::string)> on_line,
    std::function<void(Result<drill::CommandEnd>)> done) {
  const Exports exports = MakeExports(impl_->config, impl_->options.data_dir + "/ca/ca.pem");
  return RunCommand(impl_->loop, impl_->spawner,
                    {impl_->options.scenario_folder, impl_->options.output_dir,
                     CommandEnvironment(exports, impl_->options.binary)},
                    command, std::move(on_line), std::move(done));
}

void LocalTarget::Identify(std::function<void(std::string)> done) {
  impl_->deployment = std::make_unique<Deployment>(impl_->loop, impl_->config);
  impl_->deployment->Digest(std::move(done));
}

void LocalTarget::Watch(std::function<void(drill::HealthEvent)> on_event) {
  impl_->health = std::make_unique<HealthWatch>(impl_->loop, impl_->config, std::move(on_event));
}

}  // namespace lifeboat::world
