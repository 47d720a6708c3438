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

  /// Closes something when the process has no descriptor left for a caller; false: nothing to
  /// close.
  using OnExhausted = std::function<bool()>;

  /// Listens at once. `on_accept` takes over each descriptor, on the loop. While nothing can be
  /// closed for them, callers wait in the backlog.
  static Result<std::unique_ptr<Listener>> Open(EventLoop& loop, const SocketAddress& address,
                                                OnAccept on_accept,
                                                OnExhausted on_exhausted = nullptr);
  ~Listener();
  uint16_t port() const { return port_; }

 private:
  Listener(EventLoop& loop, int fd, OnAccept on_accept, OnExhausted on_exhausted);
  void Await();
  void AcceptAll();

  EventLoop& loop_;
  const uint16_t port_;
  OnAccept on_accept_;
  OnExhausted on_exhausted_;
  Descriptor descriptor_;
  EventLoop::TimerId pause_;
};

}  // namespace lifeboat::net
