// DnsUdp: the UDP socket of a DnsServer. Takes and sends packets in batches, since at DNS's sizes
// the system calls are the cost.
#pragma once

#include <functional>
#include <memory>

#include "net/descriptor.h"
#include "net/dns_server.h"

namespace lifeboat::net {

class DnsUdp {
 public:
  /// Takes over a bound UDP socket. `handler` must outlive it.
  DnsUdp(EventLoop& loop, int fd, const DnsServer::Handler& handler);
  ~DnsUdp();

 private:
  struct Batch;
  void Await();
  void OnReadable();
  bool AnswerBatch();

  Descriptor socket_;
  const DnsServer::Handler& handler_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace lifeboat::net
