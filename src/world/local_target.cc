#include "world/local_target.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>

#include "base/bytes.h"
#include "net/certificate_authority.h"
#include "net/child_process.h"
#include "net/dialer.h"
#include "net/files.h"
#include "net/http_client.h"
#include "world/deployment.h"
#include "world/edge.h"
#include "world/exports.h"
#include "world/health_watch.h"
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

/// Our environment with the exports over it and the scenario's own variables over those.
std::vector<std::string> SetupEnvironment(const Exports& exports, const drill::SetupSpec& setup,
                                          const std::string& binary) {
  std::map<std::string, std::string> variables;
  for (const std::string& entry : net::InheritedEnvironment()) {
    const size_t equals = entry.find('=');
    if (equals != std::string::npos) variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  for (const std::string& name : exports.unset) variables.erase(name);
  for (const auto& [name, value] : exports.set) variables[name] = value;
  // Where this build stands, for set-up scripts of examples in this repository.
  variables.try_emplace("LIFEBOAT_BUILD_DIR", binary.substr(0, binary.rfind('/')));
  for (const auto& [name, value] : setup.environment) variables[name] = value;
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

}  // namespace

struct LocalTarget::Impl {
  net::EventLoop& loop;
  Options options;
  Config config;
  std::unique_ptr<Supervisor> supervisor;
  std::unique_ptr<Edge> edge;
  net::Spawner spawner;
  std::unique_ptr<net::ChildProcess> setup;
  std::unique_ptr<HealthWatch> health;
  std::unique_ptr<Deployment> deployment;
  std::string deployment_digest;

  Status Prepare(const drill::WorldSpec& spec) {
    auto made = MakeConfig(spec.regions);
    if (!made) return made.error();
    config = *std::move(made);
    config.era = spec.era;
    if (const Status picked = PickFreePorts(config); !picked) return picked;
    if (const Status folder = net::MakeFolders(options.data_dir); !folder) return folder;
    const auto ca = net::CertificateAuthority::LoadOrCreate(options.data_dir + "/ca");
    if (!ca) return ca.error();
    if (const Status saved = net::WriteFileAtomically(options.data_dir + "/world.json",
                                                      json::WritePretty(ToJson(config)), 0600);
        !saved) {
      return saved;
    }
    supervisor = std::make_unique<Supervisor>(
        loop, config, Supervisor::Options{options.data_dir, options.binary});
    auto started = Edge::Start(loop, config, [this](http::Request request, http::Reply reply) {
      supervisor->Handle(std::move(request), std::move(reply), [] {});
    });
    if (!started) return started.error();
    edge = *std::move(started);
    return {};
  }

  /// Takes the digest of what is deployed now.
  void Identify(drill::Target::Done done) {
    deployment = std::make_unique<Deployment>(loop, config);
    deployment->Digest([this, done = std::move(done)](std::string digest) {
      deployment_digest = std::move(digest);
      done({});
    });
  }
};

LocalTarget::LocalTarget(net::EventLoop& loop, Options options)
    : impl_(new Impl{.loop = loop, .options = std::move(options)}) {}

LocalTarget::~LocalTarget() = default;

void LocalTarget::Close(std::function<void()> done) {
  impl_->health.reset();
  impl_->setup.reset();
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

void LocalTarget::RunSetup(const drill::SetupSpec& setup, std::function<void(std::string)> on_line,
                           Done done) {
  const Exports exports = MakeExports(impl_->config, impl_->options.data_dir + "/ca/ca.pem");
  struct Outcome {
    Done done;
    bool timed_out = false;
  };
  const auto outcome = std::make_shared<Outcome>(Outcome{std::move(done)});
  net::ChildSpec spec;
  spec.argv = {"/bin/sh", "-c", setup.command};
  spec.env = SetupEnvironment(exports, setup, impl_->options.binary);
  spec.folder = impl_->options.scenario_folder;
  const std::string log_file = impl_->options.data_dir + "/setup.log";
  const auto log = std::make_shared<std::ofstream>(log_file);
  spec.on_line = [log, on_line = std::move(on_line)](std::string_view line) {
    *log << line << std::endl;  // Whole lines, also for those who watch or after a crash.
    on_line(std::string(line));
  };
  spec.on_exit = [this, outcome, log_file, limit = setup.timeout](net::ChildExit exit) {
    if (!exit.signalled && exit.status == 0) return impl_->Identify(outcome->done);
    const std::string why = outcome->timed_out
                                ? fmt::format("took longer than {}", FormatDuration(limit))
                            : exit.signalled ? fmt::format("was ended by signal {}", exit.status)
                                             : fmt::format("ended with status {}", exit.status);
    outcome->done(
        InvalidError(fmt::format("the set-up script {}; its output is in {}", why, log_file)));
  };
  auto child = net::ChildProcess::Start(impl_->loop, impl_->spawner, std::move(spec));
  if (!child) {
    return impl_->loop.Post([outcome, error = child.error()] { outcome->done(error); });
  }
  impl_->setup = *std::move(child);
  impl_->loop.After(setup.timeout, [this, outcome, pid = impl_->setup->pid()] {
    if (!impl_->setup || impl_->setup->pid() != pid) return;
    outcome->timed_out = true;
    impl_->setup->Kill();
  });
}

std::string LocalTarget::DeploymentDigest() const { return impl_->deployment_digest; }

void LocalTarget::KillRegion(const std::string& region, Done done) {
  impl_->supervisor->KillRegion(region, std::move(done));
}
void LocalTarget::StartRegion(const std::string& region, Done done) {
  impl_->supervisor->StartRegion(region, std::move(done));
}
void LocalTarget::FreezeRegion(const std::string& region, Done done) {
  impl_->supervisor->FreezeRegion(region, std::move(done));
}
void LocalTarget::ThawRegion(const std::string& region, Done done) {
  impl_->supervisor->ThawRegion(region, std::move(done));
}
void LocalTarget::InjectFault(const fault::Fault& fault, Done done) {
  impl_->supervisor->InjectFault(fault, std::move(done));
}
void LocalTarget::ClearFault(const std::string& id, Done done) {
  impl_->supervisor->ClearFault(id, std::move(done));
}

void LocalTarget::WatchHealth(std::function<void(drill::HealthEvent)> on_event) {
  impl_->health = std::make_unique<HealthWatch>(impl_->loop, impl_->config, std::move(on_event));
}

}  // namespace lifeboat::world
