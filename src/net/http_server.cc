#include "net/http_server.h"

#include <unordered_set>

#include "net/http_connection.h"
#include "net/listener.h"
#include "net/relay.h"

namespace lifeboat::net {
namespace {

// How often time-outs are looked for, unless they are shorter than a few of these.
constexpr Duration kSweepInterval = Duration::Millis(500);
// How many connections give way at once when there is no room: looking for them takes a walk over
// all, which is not made for each newcomer. No more than a share of them, so that few stay few.
constexpr size_t kGiveWayMax = 64;
constexpr size_t kGiveWayShare = 16;
// Descriptors of a tunnel.
constexpr size_t kTunnelSockets = 2;

Duration SweepInterval(const HttpLimits& limits) {
  Duration interval = kSweepInterval;
  for (const Duration limit :
       {limits.header_timeout, limits.request_timeout, limits.idle_timeout, limits.write_timeout}) {
    if (limit.ns > 0) interval = std::min(interval, limit / 4);
  }
  return std::max(interval, Duration::Millis(1));
}

}  // namespace

struct HttpServer::Impl {
  Impl(EventLoop& loop, HttpServerOptions options)
      : context{.loop = loop, .options = std::move(options)} {
    if (!context.options.budget) context.options.budget = std::make_shared<HttpBudget>();
    context.on_closed = [this](HttpConnection& connection) { Forget(connection); };
    context.on_output_full = [this] { CutStalled(); };
    context.on_tunnel = [this](std::unique_ptr<Stream> client, std::unique_ptr<Stream> upstream,
                               std::string client_bytes) {
      StartTunnel(std::move(client), std::move(upstream), std::move(client_bytes));
    };
  }

  ~Impl() {
    listener.reset();
    context.loop.CancelTimer(sweep);
    closing = true;
    for (const auto& connection : connections) connection->Close();
    budget().connections_used -= connections.size() + kTunnelSockets * tunnels.size();
  }

  HttpBudget& budget() { return *context.options.budget; }
  size_t count() const { return connections.size() + tunnels.size(); }

  void Accept(int fd, std::string peer_address) {
    auto stream = std::make_unique<Stream>(context.loop, fd);
    if (budget().connections_used >= budget().connections && !MakeRoom()) return;
    ++budget().connections_used;
    auto connection =
        std::make_shared<HttpConnection>(context, std::move(stream), std::move(peer_address));
    connections.insert(connection);
    if (sweep.number == 0) StartSweep();
    connection->Start();
  }

  /// Closes the connections that were idle longest; false when all are at work.
  bool MakeRoom() {
    using Candidate = std::pair<HttpConnection::Claim, HttpConnection*>;
    std::vector<Candidate> candidates;
    for (const auto& connection : connections) {
      if (const auto claim = connection->ClaimToStay()) {
        candidates.emplace_back(*claim, connection.get());
      }
    }
    const size_t count =
        std::min({kGiveWayMax, 1 + connections.size() / kGiveWayShare, candidates.size()});
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<long>(count),
                      candidates.end());
    for (size_t i = 0; i < count; ++i) candidates[i].second->Close();
    return count > 0;
  }

  /// Closes connections whose clients don't take their answers until the rest fits the budget.
  void CutStalled() {
    while (budget().output_used > budget().output_bytes) {
      HttpConnection* longest = nullptr;
      for (const auto& connection : connections) {
        const auto since = connection->StalledSince();
        if (since && (!longest || *since < *longest->StalledSince())) longest = connection.get();
      }
      if (!longest) return;
      longest->Close();
    }
  }

  // It may be one of the connection's own functions that calls us, so it lives a little longer.
  void Forget(HttpConnection& connection) {
    if (closing) return;
    --budget().connections_used;
    const auto owner = connection.shared_from_this();
    connections.erase(owner);
    context.loop.Post([owner] {});
  }

  void StartTunnel(std::unique_ptr<Stream> client, std::unique_ptr<Stream> upstream,
                   std::string client_bytes) {
    auto relay = std::make_shared<Relay>(std::move(client), std::move(upstream),
                                         "HTTP/1.1 200 Connection established\r\n\r\n",
                                         std::move(client_bytes), [this](Relay& done) {
                                           const auto owner = done.shared_from_this();
                                           tunnels.erase(owner);
                                           budget().connections_used -= kTunnelSockets;
                                           context.loop.Post([owner] {});
                                         });
    tunnels.insert(relay);
    budget().connections_used += kTunnelSockets;
    relay->Start();
  }

  void StartSweep() {
    sweep = context.loop.StartTimer(SweepInterval(context.options.limits), [this] {
      sweep = {};
      const Instant now = context.loop.clock().Now();
      const std::vector<std::shared_ptr<HttpConnection>> all(connections.begin(),
                                                             connections.end());
      for (const auto& connection : all) connection->CheckDeadline(now);
      if (!connections.empty()) StartSweep();
    });
  }

  HttpConnectionContext context;
  std::unique_ptr<Listener> listener;
  std::unordered_set<std::shared_ptr<HttpConnection>> connections;
  std::unordered_set<std::shared_ptr<Relay>> tunnels;
  EventLoop::TimerId sweep;
  bool closing = false;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(EventLoop& loop, HttpServerOptions options) {
  const SocketAddress address = options.listen;
  auto impl = std::make_unique<Impl>(loop, std::move(options));
  auto listener = Listener::Open(
      loop, address,
      [impl = impl.get()](int fd, std::string peer) { impl->Accept(fd, std::move(peer)); },
      [impl = impl.get()] { return impl->MakeRoom(); });
  if (!listener) return listener.error();
  impl->listener = std::move(*listener);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const { return impl_->listener->port(); }
size_t HttpServer::connection_count() const { return impl_->count(); }

}  // namespace lifeboat::net
