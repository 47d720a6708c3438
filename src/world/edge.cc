#include "world/edge.h"

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

http::Response Refusal(const EdgeRoute& route) {
  http::Response response;
  response.status = route.status;
  response.headers.Add("Content-Type", "application/json");
  response.body = "{\"message\":" + json::Quote(route.text) + "}\n";
  return response;
}

}  // namespace

struct Edge::Impl {
  const Config& config;
  const fault::Table& faults;
  std::function<void(http::Request, http::Reply)> control;
  std::unique_ptr<net::Dialer> dialer;
  std::unique_ptr<net::HttpClient> http;
  std::unique_ptr<net::HttpServer> server;
  uint16_t next_query_id = 1;

  void OnRequest(http::Request request, http::Reply reply) {
    EdgeRoute route = RouteRequest(config, request);
    switch (route.kind) {
      case EdgeRoute::Kind::kControl:
        return control(std::move(request), std::move(reply));
      case EdgeRoute::Kind::kRegion:
        return Forward(*route.region, std::move(request), std::move(reply));
      case EdgeRoute::Kind::kRefuse:
        return reply(Refusal(route));
      case EdgeRoute::Kind::kLookUp:
        break;
    }
    LookUp(std::move(route), [this, request = std::move(request),
                              reply = std::move(reply)](const EdgeRoute& found) mutable {
      if (found.kind == EdgeRoute::Kind::kRefuse) return reply(Refusal(found));
      Forward(*found.region, std::move(request), std::move(reply));
    });
  }

  void Forward(const RegionConfig& region, http::Request request, http::Reply reply) {
    if (NameIsGone(faults, region, request)) {
      http::Response gone;
      gone.status = net::kCloseWithoutAnswer;
      return reply(std::move(gone));
    }
    http->Call({region.address, region.http_port, false, ""}, std::move(request), kForwardTimeout,
               [reply = std::move(reply)](Result<http::Response> answer) {
                 if (answer) return reply(*std::move(answer));
                 http::Response gone;
                 gone.status = net::kCloseWithoutAnswer;
                 reply(std::move(gone));
               });
  }

  void OnConnect(const std::string& host, uint16_t port,
                 std::function<void(net::TunnelDecision)> decide) {
    const auto obey = [decide = std::move(decide)](const EdgeRoute& route) {
      if (route.kind == EdgeRoute::Kind::kRegion) {
        return decide({.upstream = {route.region->address, route.port}});
      }
      decide({.refuse_status = route.status, .refuse_text = route.text});
    };
    EdgeRoute route = RouteConnect(config, host, port);
    if (route.kind == EdgeRoute::Kind::kRegion && NameIsGone(faults, *route.region, host)) {
      return obey({.status = 502, .text = host + " has no address: a fault has emptied its name"});
    }
    route.kind == EdgeRoute::Kind::kLookUp ? LookUp(std::move(route), obey) : obey(route);
  }

  void LookUp(EdgeRoute route, std::function<void(const EdgeRoute&)> done) {
    const client::ServerAddress server{config.nameserver_address, config.dns_port};
    client::AskServer(*dialer, server, route.name, next_query_id++, kResolveTimeout,
                      [this, route, done = std::move(done)](Result<client::DnsAnswer> answer) {
                        done(RouteAddress(config, route.name, route.port, answer));
                      });
  }
};

Result<std::unique_ptr<Edge>> Edge::Start(net::EventLoop& loop, const Config& config,
                                          const fault::Table& faults,
                                          std::function<void(http::Request, http::Reply)> control) {
  auto impl = std::unique_ptr<Impl>(
      new Impl{.config = config, .faults = faults, .control = std::move(control)});
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
