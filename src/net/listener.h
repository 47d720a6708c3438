// Listener: a TCP port that hands out connections.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/descriptor.h"
#include "net/socket.h"

namespace lifeboat::net {

class Listener {
 public:
  using OnAccept = std::function<void(int fd, std::string peer_address)>;

  /// Listens at once. `on_accept` takes over each descriptor, on the loop.
  static Result<std::unique_ptr<Listener>> Open(EventLoop& loop, const SocketAddress& address,
                                                OnAccept on_accept);
  ~Listener();
  uint16_t port() const { return port_; }

 private:
  Listener(EventLoop& loop, int fd, OnAccept on_accept);
  void Await();
  void AcceptAll();

  EventLoop& loop_;
  const uint16_t port_;
  OnAccept on_accept_;
  Descriptor descriptor_;
  EventLoop::TimerId pause_;
};

}  // namespace lifeboat::net
