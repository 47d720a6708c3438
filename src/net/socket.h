// Opening sockets: always non-blocking and close-on-exec, so that no child process holds a dead
// region's port.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/socket_address.h"
#include "net/stream.h"

namespace lifeboat::net {

/// kInvalid when the address is not numeric, kUnavailable when it is taken or not ours.
Result<int> ListenTcp(const SocketAddress& address);
Result<int> BindUdp(const SocketAddress& address);
/// A UDP socket that talks to this one address only.
Result<int> ConnectUdp(const SocketAddress& address);
/// The port that a socket got when it asked for port 0.
uint16_t LocalPort(int fd);

struct Accepted {
  int fd = -1;  ///< -1: none was waiting (errno is 0) or accept failed.
  int error = 0;
  std::string peer_address;
};
Accepted AcceptTcp(int listening_fd);

struct DialError {
  bool timed_out = false;
  std::string message;
};
/// Connects; `done` runs once, on the loop, never inside this call, at the latest after `timeout`.
void DialTcp(EventLoop& loop, const SocketAddress& address, Duration timeout,
             std::function<void(Result<std::unique_ptr<Stream>, DialError>)> done);

}  // namespace lifeboat::net
