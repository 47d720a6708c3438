#include "world/edge.h"

#include "client/places.h"
#include "client/resolver.h"
#include "json/value.h"
#include "net/dialer.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/system.h"
#include "world/edge_route.h"

namespace lifeboat::world {
namespace {

/// Longer than any call of AWS's that a client waits for (a Lambda of 15 minutes is asked for with
/// a client that waits as long).
constexpr Duration kForwardTimeout = Duration::Minutes(16);
constexpr Duration kResolveTimeout = Duration::Seconds(2);

http::Response Refusal(int status, std::string_view message) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = "{\"message\":" + json::Quote(message) + "}\n";
  return response;
}

}  // namespace

struct Edge::Impl {
  const Config& config;
  std::function<void(http::Request, http::Reply)> control;
  client::Places places;
  std::unique_ptr<net::Dialer> dialer;
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<net::HttpServer> server;
  uint16_t next_query_id = 1;

  void OnRequest(http::Request request, http::Reply reply) {
    if (request.target.starts_with("/_lifeboat/")) {
      control(std::move(request), std::move(reply));
      return;
    }
    const RegionConfig* region = RegionOfAwsHost(config, http::HostWithoutPort(request.host()));
    if (!region) region = RegionOfRequest(config, request);
    if (!region) {
      reply(Refusal(
          400,
          "This is Lifeboat's edge. Requests are routed by the region that they are signed "
          "for, and this one is unsigned or for a region that this world does not have; see "
          "`lifeboat env` and `lifeboat status`."));
      return;
    }
    http->Call({region->address, region->http_port, false, ""}, std::move(request), kForwardTimeout,
               [reply = std::move(reply)](Result<http::Response> answer) {
                 if (answer) return reply(*std::move(answer));
                 http::Response gone;
                 gone.status = net::kCloseWithoutAnswer;
                 reply(std::move(gone));
               });
  }

  void OnConnect(const std::string& host, uint16_t port,
                 std::function<void(net::TunnelDecision)> decide) {
    if (const RegionConfig* region = RegionOfAwsHost(config, host)) {
      const uint16_t mapped = places.MapPort(region->address, port);
      decide({.upstream = {region->address, mapped}});
      return;
    }
    const client::ServerAddress server{config.nameserver_address, config.dns_port};
    client::AskServer(*dialer, server, host, next_query_id++, kResolveTimeout,
                      [this, port, decide = std::move(decide)](Result<client::DnsAnswer> answer) {
                        if (!answer || answer->addresses.empty() ||
                            !places.FindByAddress(answer->addresses.front())) {
                          decide({});  // No name of this world: refused, never forwarded.
                          return;
                        }
                        const std::string& address = answer->addresses.front();
                        decide({.upstream = {address, places.MapPort(address, port)}});
                      });
  }
};

Result<std::unique_ptr<Edge>> Edge::Start(net::EventLoop& loop, const Config& config,
                                          std::function<void(http::Request, http::Reply)> control) {
  auto impl = std::unique_ptr<Impl>(new Impl{.config = config, .control = std::move(control)});
  std::vector<client::RegionPlace> places;
  for (const RegionConfig& region : config.regions) {
    places.push_back({region.name, region.address, region.http_port, region.https_port});
  }
  impl->places = client::Places(std::move(places));
  auto dialer = net::Dialer::New(loop, "");
  if (!dialer) return dialer.error();
  impl->dialer = *std::move(dialer);
  impl->http = std::make_unique<net::HttpClient>(loop, *impl->dialer);
  Impl* self = impl.get();
  net::ReturnLargeBlocks();
  net::RaiseDescriptorLimit();
  net::HttpServerOptions options;
  options.listen = {config.edge_address, config.edge_port};
  options.limits.request_timeout = Duration::Minutes(5);
  options.limits.body_bytes =
      70 << 20;  // S3's single PUT is the largest request that a region takes.
  options.handler = [self](http::Request request, http::Reply reply) {
    self->OnRequest(std::move(request), std::move(reply));
  };
  options.on_connect = [self](std::string host, uint16_t port,
                              std::function<void(net::TunnelDecision)> decide) {
    self->OnConnect(host, port, std::move(decide));
  };
  auto server = net::HttpServer::Start(loop, std::move(options));
  if (!server) return server.error();
  impl->server = *std::move(server);
  return std::unique_ptr<Edge>(new Edge(std::move(impl)));
}

Edge::Edge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Edge::~Edge() = default;
uint16_t Edge::port() const { return impl_->server->port(); }

}  // namespace lifeboat::world
