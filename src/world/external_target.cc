#include "world/external_target.h"

#include <fmt/format.h>
#include <netdb.h>

#include <cstdlib>

#include "dns/address.h"
#include "net/files.h"
#include "net/spawner.h"
#include "world/local_command.h"
#include "world/world_stage.h"

namespace lifeboat::world {
namespace {

constexpr size_t kMaxCertificates = 4 << 20;
/// Where Debian and others keep the certificates that a machine trusts.
constexpr char kSystemCertificates[] = "/etc/ssl/certs/ca-certificates.crt";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A numeric address of `host` by this machine's own resolver; waits for it.
Result<std::string> AddressOf(const std::string& host) {
  if (dns::ParseIpv4(host)) return host;
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (status != 0)
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} has no address: {}", host, gai_strerror(status))};
  char text[NI_MAXHOST];
  const int named =
      getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  freeaddrinfo(found);
  if (named != 0) return Error{ErrorCode::kNotFound, host + " has no IPv4 address"};
  return std::string(text);
}

/// Nothing of its own can be done to what is not ours; the scenario's commands are the drill's.
class NoFaults final : public drill::FaultInjector {
 public:
  explicit NoFaults(net::EventLoop& loop) : loop_(loop) {}
  Status Supports(const fault::Fault& fault) const override {
    return InvalidError(
        fmt::format("{} can't be brought to an external world", fault::ToString(fault.kind)));
  }
  void Apply(const fault::Fault& fault, Confirmed done) override { Refuse(fault, std::move(done)); }
  void Lift(const fault::Fault& fault, Confirmed done) override { Refuse(fault, std::move(done)); }

 private:
  void Refuse(const fault::Fault& fault, Confirmed done) {
    loop_.Post([status = Supports(fault), done = std::move(done)] { done(status.error()); });
  }
  net::EventLoop& loop_;
};

class ExternalTarget final : public DrillWorld {
 public:
  ExternalTarget(net::EventLoop& loop, drill::ExternalWorld external, DrillWorldOptions options)
      : loop_(loop), external_(std::move(external)), options_(std::move(options)), faults_(loop) {}

  void Open(const drill::WorldSpec&, std::function<void(Result<drill::World>)> done) override {
    loop_.Post([this, done = std::move(done)] { done(Describe()); });
  }
  std::unique_ptr<drill::RunningCommand> Run(
      const drill::Command& command, std::function<void(std::string)> on_line,
      std::function<void(Result<drill::CommandEnd>)> done) override {
    return RunCommand(loop_, spawner_,
                      {options_.scenario_folder, options_.output_dir,
                       CommandEnvironment({}, {}, options_.binary)},
                      command, std::move(on_line), std::move(done));
  }
  void Identify(std::function<void(drill::Deployments)> done) override {
    loop_.Post([done = std::move(done)] { done({}); });
  }
  void Watch(std::function<void(drill::HealthEvent)>) override {}
  drill::FaultInjector& faults() override { return faults_; }

  Result<std::string> TrustedCertificates() override {
    if (external_.ca.empty()) {
      const auto system = net::ReadFile(kSystemCertificates, kMaxCertificates);
      return system ? *system : std::string();  // Without any, TLS fails and says so.
    }
    const bool absolute = external_.ca.starts_with('/');
    return net::ReadFile(absolute ? external_.ca : options_.scenario_folder + "/" + external_.ca,
                         kMaxCertificates);
  }
  void Close(std::function<void()> done) override { loop_.Post(std::move(done)); }

 private:
  Result<drill::World> Describe() const {
    drill::World world;
    world.era = "external";
    world.version = options_.version;
    world.name_servers = external_.name_servers;
    for (const drill::ExternalRegion& region : external_.regions) {
      for (const std::string& address : region.addresses)
        world.regions.push_back({region.name, address, region.http_port, region.https_port});
      const auto url = http::ParseUrl(region.dynamodb);
      if (!url) return InvalidError(region.dynamodb + " is no URL");
      auto address = AddressOf(url->host);
      if (!address) return address.error();
      world.tables[region.name] = {*url, *std::move(address)};
    }
    auto key = Key();
    if (!key) return key.error();
    world.credentials = *std::move(key);
    return world;
  }

  /// From the environment.
  Result<auth::Credentials> Key() const {
    auth::Credentials key;
    key.access_key_id = Variable("AWS_ACCESS_KEY_ID");
    key.secret_access_key = Variable("AWS_SECRET_ACCESS_KEY");
    key.session_token = Variable("AWS_SESSION_TOKEN");
    if (!key.access_key_id.empty() && !key.secret_access_key.empty()) return key;
    return InvalidError(
        "the tables need credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, for "
        "instance by `eval \"$(aws configure export-credentials --format env)\"`");
  }

  net::EventLoop& loop_;
  const drill::ExternalWorld external_;
  const DrillWorldOptions options_;
  NoFaults faults_;
  net::Spawner spawner_;
};

}  // namespace

std::unique_ptr<DrillWorld> NewExternalTarget(net::EventLoop& loop,
                                              const drill::ExternalWorld& external,
                                              DrillWorldOptions options) {
  return std::make_unique<ExternalTarget>(loop, external, std::move(options));
}

}  // namespace lifeboat::world
