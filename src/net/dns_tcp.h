// DnsTcp: the TCP side of a DnsServer. Messages carry a length of two bytes in front (RFC 1035,
// section 4.2.2); a client may send many without waiting (RFC 7766).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/dns_server.h"
#include "net/listener.h"
#include "net/output_queue.h"
#include "net/stream.h"

namespace lifeboat::net {

class DnsTcp {
 public:
  /// `handler` must outlive it.
  static Result<std::unique_ptr<DnsTcp>> Open(EventLoop& loop, const SocketAddress& address,
                                              const DnsServer::Handler& handler, DnsLimits limits);
  ~DnsTcp();
  uint16_t port() const { return listener_->port(); }

 private:
  struct Connection;
  DnsTcp(EventLoop& loop, const DnsServer::Handler& handler, DnsLimits limits);
  void Accept(int fd);
  void Await(Connection& connection);
  void OnReadable(Connection& connection);
  bool AnswerAll(Connection& connection);
  bool Flush(Connection& connection);
  void RestartTimer(Connection& connection);
  void Close(Connection& connection);

  EventLoop& loop_;
  const DnsServer::Handler& handler_;
  const DnsLimits limits_;
  std::unique_ptr<Listener> listener_;
  std::map<uint64_t, std::unique_ptr<Connection>> connections_;
  uint64_t last_number_ = 0;
};

}  // namespace lifeboat::net
