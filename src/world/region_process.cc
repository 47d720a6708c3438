#include "world/region_process.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "base/log.h"
#include "net/certificate_authority.h"
#include "net/files.h"
#include "net/http_server.h"
#include "net/region_host.h"
#include "net/system.h"
#include "region/region.h"
#include "world/fault_file.h"
#include "world/peer_key.h"
#include "world/runtimes_folder.h"

namespace lifeboat::world {
namespace {

static_assert(region::kCloseWithoutAnswer == net::kCloseWithoutAnswer);

/// S3's single PUT is the largest request that a region takes; services have smaller limits.
constexpr uint64_t kMaxRequestBytes = 70 << 20;
/// Descriptors that connections leave for the database, peers and function processes.
constexpr size_t kReservedDescriptors = 640;
/// A package may come slowly from a busy client.
constexpr Duration kUploadTimeout = Duration::Minutes(5);

region::Options MakeOptions(const Config& config, const RegionConfig& own) {
  region::Options options;
  options.name = own.name;
  for (const RegionConfig& each : config.regions) options.regions.push_back(each.name);
  options.witnesses = {std::string(auth::kNameServerPeer)};
  options.global_region = std::string(config.GlobalControlPlane());
  options.keys = config.keys;
  options.any_credentials = config.any_credentials;
  options.era = config.era == "lab" ? lambda::Era::kLab : lambda::Era::kToday;
  // Functions reach the services of their own region, whatever else is dark.
  const std::string endpoint = fmt::format("http://{}:{}", own.address, own.http_port);
  options.function_variables = {{"AWS_ENDPOINT_URL", endpoint},
                                {"AWS_ENDPOINT_URL_DYNAMODB", endpoint}};
  return options;
}

/// What a region's TLS server shows to those who ask for AWS's own names, or for none.
std::vector<std::string> OwnNames(const std::string& region) {
  const std::string r = region + ".amazonaws.com";
  return {"*." + r,     "*.execute-api." + r, "*.s3." + r,         "*.dynamodb." + r,
          "*.ddb." + r, "*.amazonaws.com",    "*.s3.amazonaws.com"};
}

Error WithRemedy(Error error, const std::string& region, const std::string& folder) {
  if (error.code != ErrorCode::kCorrupt) return error;
  error.message += fmt::format(
      "; put the folder {} back as it was, or go on with what is left: `lifeboat region start {} "
      "--accept-loss`",
      folder, region);
  return error;
}

void LogLoss(const storage::DiskState& disk, const std::string& folder) {
  if (disk.loss == storage::Loss::kDisk) {
    log::Error("{}: THE DISK IS LOST, the region starts empty", folder);
  } else if (disk.loss == storage::Loss::kAccepted) {
    log::Error("{}: damage was accepted, and with it the loss of {} commits", folder,
               disk.lost_commits > 0 ? std::to_string(disk.lost_commits) : "an unknown number of");
  }
}

}  // namespace

struct RegionProcess::Impl {
  std::unique_ptr<net::CertificateAuthority> authority;
  std::unique_ptr<net::RegionHost> host;
  std::unique_ptr<region::Region> region;
  /// Of both servers.
  std::shared_ptr<net::HttpBudget> budget = std::make_shared<net::HttpBudget>();
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<net::HttpServer> https;

  void LimitConnections() {
    const size_t descriptors = net::RaiseDescriptorLimit();
    const size_t usable = descriptors - std::min(descriptors, kReservedDescriptors);
    // Under a limit that leaves nothing, half is taken and the rest is hoped for.
    budget->connections = std::min(budget->connections, std::max(usable, descriptors / 2));
  }

  Status OpenHost(net::EventLoop& loop, const Config& config, const RegionConfig& own,
                  const Options& options) {
    const std::string folder = options.data_dir + "/" + own.name;
    auto ca = net::CertificateAuthority::LoadOrCreate(options.data_dir + "/ca");
    if (!ca) return ca.error();
    authority = *std::move(ca);
    auto disk = net::OpenRegionDisk(
        {.folder = folder, .founded = own.founded, .accept_loss = options.accept_loss});
    if (!disk) return WithRemedy(disk.error(), own.name, folder);
    LogLoss(disk->state, folder);
    net::RegionHostOptions host_options{
        folder + "/functions", own.address, RuntimesFolder(options.data_dir), {}};
    for (const RegionConfig& each : config.regions) {
      if (each.name != own.name) host_options.peers[each.name] = {each.address, each.http_port};
    }
    host_options.peers[std::string(auth::kNameServerPeer)] = {config.nameserver_address,
                                                              config.nameserver_http_port};
    host = std::make_unique<net::RegionHost>(loop, *std::move(disk), *authority,
                                             std::move(host_options),
                                             std::make_unique<net::DiskReserve>(folder));
    return {};
  }

  Status OpenRegion(net::EventLoop& loop, const Config& config, const RegionConfig& own,
                    const std::string& data_dir) {
    auto key = LoadPeerKey(data_dir);
    if (!key) return key.error();
    region::Options options = MakeOptions(config, own);
    options.peer_key = *std::move(key);
    auto opened = region::Region::Open(std::move(options), *host);
    if (!opened) return WithRemedy(opened.error(), own.name, data_dir + "/" + own.name);
    region = *std::move(opened);
    auto faults = LoadFaults(data_dir + "/" + own.name, loop.clock().Now());
    if (!faults) return faults.error();
    region->SetFaults(*std::move(faults));
    const auto certificate = authority->Issue(OwnNames(own.name));
    if (!certificate) return certificate.error();
    return host->certificates().SetDefault(certificate->chain_pem, certificate->key_pem);
  }

  Result<std::unique_ptr<net::HttpServer>> Listen(net::EventLoop& loop, const RegionConfig& own,
                                                  bool tls) {
    net::HttpServerOptions options;
    options.listen = {own.address, tls ? own.https_port : own.http_port};
    options.certificates = tls ? &host->certificates() : nullptr;
    options.limits.body_bytes = kMaxRequestBytes;
    options.limits.request_timeout = kUploadTimeout;
    options.budget = budget;
    options.on_refusal = [this](http::Response& response) {
      response.headers.Add("x-amzn-RequestId", NewRequestId(host->prng()));
    };
    options.handler = [this](http::Request request, http::Reply reply) {
      region->Handle(std::move(request), std::move(reply));
    };
    return net::HttpServer::Start(loop, std::move(options));
  }
};

Result<std::unique_ptr<RegionProcess>> RegionProcess::Start(net::EventLoop& loop,
                                                            const Config& config,
                                                            const Options& options) {
  const RegionConfig* own = config.Find(options.name);
  if (!own) return InvalidError(fmt::format("this world has no region '{}'", options.name));
  auto impl = std::make_unique<Impl>();
  net::ReturnLargeBlocks();
  impl->LimitConnections();
  if (const Status opened = impl->OpenHost(loop, config, *own, options); !opened) {
    return opened.error();
  }
  if (const Status opened = impl->OpenRegion(loop, config, *own, options.data_dir); !opened) {
    return opened.error();
  }
  auto https = impl->Listen(loop, *own, true);
  if (!https) return https.error();
  impl->https = *std::move(https);
  auto http = impl->Listen(loop, *own, false);
  if (!http) return http.error();
  impl->http = *std::move(http);
  return std::unique_ptr<RegionProcess>(new RegionProcess(std::move(impl)));
}

RegionProcess::RegionProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RegionProcess::~RegionProcess() {
  // Servers first: no request may come to a region that is going.
  impl_->http.reset();
  impl_->https.reset();
  impl_->region.reset();
}

}  // namespace lifeboat::world
