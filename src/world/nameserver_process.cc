#include "world/nameserver_process.h"

#include <fmt/format.h>

#include "net/http_server.h"
#include "net/name_server_host.h"
#include "world/peer_key.h"

namespace lifeboat::world {

namespace {

Error WithRemedy(Error error, const std::string& folder) {
  if (error.code != ErrorCode::kCorrupt) return error;
  error.message += fmt::format(
      "; put the folder {0} back as it was, or remove {0}/seal, {0}/zones and {0}/health: the "
      "zones "
      "then come from Route 53's control plane again, and nothing of them is answered until they "
      "do",
      folder);
  return error;
}

}  // namespace

struct NameServerProcess::Impl {
  std::unique_ptr<net::NameServerHost> host;
  std::unique_ptr<net::HttpServer> http;

  void AnswerStatus(const http::Request& request, const http::Reply& reply) const {
    http::Response response;
    response.headers.Add("Content-Type", "application/json");
    if (http::SplitTarget(request.target).path == "/_lifeboat/status") {
      response.body = json::Write(host->name_server().DescribeStatus(host->Now())) + "\n";
    } else {
      response.status = 404;
      response.body = "{\"message\":\"there is only /_lifeboat/status here\"}\n";
    }
    reply(std::move(response));
  }
};

Result<std::unique_ptr<NameServerProcess>> NameServerProcess::Start(net::EventLoop& loop,
                                                                    const Config& config,
                                                                    const std::string& data_dir) {
  auto key = LoadPeerKey(data_dir);
  if (!key) return key.error();
  nameserver::Config own;
  own.address = config.nameserver_address;
  net::NameServerHostOptions options;
  options.dns = {config.nameserver_address, config.dns_port};
  const std::string folder = data_dir + "/nameserver";
  options.folder = folder;
  options.founded = config.nameserver_founded;
  options.peer_key = *std::move(key);
  for (const RegionConfig& region : config.regions) {
    own.regions.push_back({region.name, region.address});
    options.regions[region.name] = {region.address, region.http_port, region.https_port};
  }
  auto impl = std::make_unique<Impl>();
  auto host = net::NameServerHost::Start(loop, std::move(own), std::move(options));
  if (!host) return WithRemedy(host.error(), folder);
  impl->host = *std::move(host);
  net::HttpServerOptions status;
  status.listen = {config.nameserver_address, config.nameserver_http_port};
  status.handler = [self = impl.get()](const http::Request& request, const http::Reply& reply) {
    self->AnswerStatus(request, reply);
  };
  auto http = net::HttpServer::Start(loop, std::move(status));
  if (!http) return http.error();
  impl->http = *std::move(http);
  return std::unique_ptr<NameServerProcess>(new NameServerProcess(std::move(impl)));
}

NameServerProcess::NameServerProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NameServerProcess::~NameServerProcess() = default;

}  // namespace lifeboat::world
