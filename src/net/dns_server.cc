#include "net/dns_server.h"

#include "net/dns_tcp.h"
#include "net/dns_udp.h"
#include "net/socket.h"

namespace lifeboat::net {
namespace {

// Tries to find a port that is free for both TCP and UDP.
constexpr int kPortAttempts = 16;

}  // namespace

struct DnsServer::Impl {
  explicit Impl(Handler handler) : handler(std::move(handler)) {}

  Status Open(EventLoop& loop, SocketAddress listen, DnsLimits limits) {
    auto opened_tcp = DnsTcp::Open(loop, listen, handler, limits);
    if (!opened_tcp) return opened_tcp.error();
    listen.port = (*opened_tcp)->port();
    const Result<int> fd = BindUdp(listen);
    if (!fd) return fd.error();
    tcp = std::move(*opened_tcp);
    udp = std::make_unique<DnsUdp>(loop, *fd, handler);
    return {};
  }

  const Handler handler;
  std::unique_ptr<DnsTcp> tcp;
  std::unique_ptr<DnsUdp> udp;
};

DnsServer::DnsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DnsServer::~DnsServer() = default;

Result<std::unique_ptr<DnsServer>> DnsServer::Start(EventLoop& loop, SocketAddress listen,
                                                    Handler handler, DnsLimits limits) {
  auto impl = std::make_unique<Impl>(std::move(handler));
  Status opened = impl->Open(loop, listen, limits);
  for (int i = 1; !opened && listen.port == 0 && i < kPortAttempts; ++i) {
    opened = impl->Open(loop, listen, limits);
  }
  if (!opened) return opened.error();
  return std::unique_ptr<DnsServer>(new DnsServer(std::move(impl)));
}

uint16_t DnsServer::port() const { return impl_->tcp->port(); }

}  // namespace lifeboat::net
