#include "net/listener.h"

#include <errno.h>

#include "base/log.h"

namespace lifeboat::net {
namespace {

// Connections taken before other events get their turn.
constexpr int kAcceptBatch = 64;
// How long to leave callers in the backlog when the process has no descriptors left.
constexpr Duration kAcceptPause = Duration::Millis(100);

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Open(EventLoop& loop, const SocketAddress& address,
                                                 OnAccept on_accept, OnExhausted on_exhausted) {
  const Result<int> fd = ListenTcp(address);
  if (!fd) return fd.error();
  return std::unique_ptr<Listener>(
      new Listener(loop, *fd, std::move(on_accept), std::move(on_exhausted)));
}

Listener::Listener(EventLoop& loop, int fd, OnAccept on_accept, OnExhausted on_exhausted)
    : loop_(loop),
      port_(LocalPort(fd)),
      on_accept_(std::move(on_accept)),
      on_exhausted_(std::move(on_exhausted)),
      descriptor_(loop, fd) {
  Await();
}

Listener::~Listener() { loop_.CancelTimer(pause_); }

void Listener::Await() {
  descriptor_.AwaitReadable([this] { AcceptAll(); });
}

void Listener::AcceptAll() {
  for (int i = 0; i < kAcceptBatch; ++i) {
    Accepted accepted = AcceptTcp(descriptor_.fd());
    if (accepted.fd >= 0) {
      on_accept_(accepted.fd, std::move(accepted.peer_address));
    } else if (accepted.error == EMFILE || accepted.error == ENFILE || accepted.error == ENOMEM ||
               accepted.error == ENOBUFS) {
      if (on_exhausted_ && on_exhausted_()) continue;
      log::Warn("{}", ErrnoMessage("accept", accepted.error));
      pause_ = loop_.StartTimer(kAcceptPause, [this] { Await(); });
      return;
    } else if (accepted.error == 0) {
      break;
    }
    // Other errors belong to the connection that could not be taken (accept(2)).
  }
  Await();
}

}  // namespace lifeboat::net
