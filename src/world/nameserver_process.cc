#include "world/nameserver_process.h"

#include <fmt/format.h>

#include "fault/table_json.h"
#include "net/http_server.h"
#include "net/name_server_host.h"
#include "net/system.h"
#include "region/peer_gate.h"
#include "world/fault_file.h"
#include "world/peer_key.h"
#include "world/witness_book.h"

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
  std::unique_ptr<region::PeerGate> gate;
  std::unique_ptr<net::NameServerHost> host;
  std::unique_ptr<WitnessBook> witnesses;
  std::unique_ptr<net::HttpServer> http;

  json::Value TakeFaults(const http::Request& request, http::Response& response) {
    const Instant now = host->Now().instant;
    if (request.method == "PUT") {
      const auto body = json::Parse(request.body);
      auto table = fault::TableFromJson(body ? *body : json::Value(), now);
      if (!table) {
        response.status = 400;
        return json::Object{{"message", table.error().message}};
      }
      host->SetFaults(*std::move(table));
    }
    return fault::TableToJson(host->name_server().faults(), now);
  }

  void AnswerHello(const http::Request& request, const http::Reply& reply) {
    auto answer = witnesses->Answer(request.body);
    http::Response response;
    response.status = answer ? 200 : 503;
    response.headers.Add("Content-Type", answer ? "application/octet-stream" : "text/plain");
    response.body = answer ? *std::move(answer) : answer.error().message;
    reply(std::move(response));
  }

  void Answer(const http::Request& request, http::Reply reply) {
    if (!gate->Admit(request, reply)) return;
    http::Response response;
    response.headers.Add("Content-Type", "application/json");
    const std::string_view path = http::SplitTarget(request.target).path;
    if (path == "/_lifeboat/replication/hello") return AnswerHello(request, reply);
    json::Value body;
    if (path == "/_lifeboat/status") {
      body = host->name_server().DescribeStatus(host->Now());
    } else if (path == "/_lifeboat/faults") {
      body = TakeFaults(request, response);
    } else {
      response.status = 404;
      body = json::Object{{"message",
                           "there are only /_lifeboat/status, /_lifeboat/faults and "
                           "/_lifeboat/replication/hello here"}};
    }
    response.body = json::Write(body) + "\n";
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
  options.peer_key = *key;
  std::vector<std::string> regions;
  for (const RegionConfig& region : config.regions) {
    regions.push_back(region.name);
    own.regions.push_back({region.name, region.address});
    options.regions[region.name] = {region.address, region.http_port, region.https_port};
  }
  auto impl = std::make_unique<Impl>();
  Prng prng = net::NewSystemPrng();
  impl->gate = std::make_unique<region::PeerGate>(*key, std::string(auth::kNameServerPeer),
                                                  std::move(regions), prng);
  auto host = net::NameServerHost::Start(loop, std::move(own), std::move(options));
  if (!host) return WithRemedy(host.error(), folder);
  impl->host = *std::move(host);
  impl->witnesses = std::make_unique<WitnessBook>(folder + "/witnesses");
  auto faults = LoadFaults(folder, loop.clock().Now());
  if (!faults) return faults.error();
  impl->host->SetFaults(*std::move(faults));
  net::HttpServerOptions status;
  status.listen = {config.nameserver_address, config.nameserver_http_port};
  status.handler = [self = impl.get()](const http::Request& request, http::Reply reply) {
    self->Answer(request, std::move(reply));
  };
  auto http = net::HttpServer::Start(loop, std::move(status));
  if (!http) return http.error();
  impl->http = *std::move(http);
  return std::unique_ptr<NameServerProcess>(new NameServerProcess(std::move(impl)));
}

NameServerProcess::NameServerProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NameServerProcess::~NameServerProcess() = default;

}  // namespace lifeboat::world
