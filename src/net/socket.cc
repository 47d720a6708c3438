#include "net/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace lifeboat::net {
namespace {

constexpr int kListenBacklog = 4096;
constexpr int kSocketFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;

struct RawAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Result<RawAddress> ToRaw(const SocketAddress& address) {
  RawAddress raw;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&raw.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&raw.storage);
  if (inet_pton(AF_INET, address.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    raw.size = sizeof *v4;
  } else if (inet_pton(AF_INET6, address.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    raw.size = sizeof *v6;
  } else {
    return InvalidError(fmt::format("'{}' is not a numeric address", address.address));
  }
  return raw;
}

std::string AddressText(const RawAddress& raw) {
  char text[INET6_ADDRSTRLEN] = "";
  if (raw.storage.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&raw.storage)->sin_addr, text,
              sizeof text);
  } else if (raw.storage.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&raw.storage)->sin6_addr, text,
              sizeof text);
  }
  return text;
}

void SetOption(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

enum class Use { kListen, kBind, kConnect };

Result<int> Open(const SocketAddress& address, int type, Use use) {
  const Result<RawAddress> raw = ToRaw(address);
  if (!raw) return raw.error();
  const int fd = socket(raw->storage.ss_family, type | kSocketFlags, 0);
  if (fd < 0) return Error{ErrorCode::kUnavailable, ErrnoMessage("socket", errno)};
  if (use == Use::kListen) SetOption(fd, SOL_SOCKET, SO_REUSEADDR);
  const int opened =
      use == Use::kConnect ? connect(fd, raw->get(), raw->size) : bind(fd, raw->get(), raw->size);
  if (opened != 0 || (use == Use::kListen && listen(fd, kListenBacklog) != 0)) {
    const int error = errno;
    close(fd);
    return Error{ErrorCode::kUnavailable, ErrnoMessage(ToString(address), error)};
  }
  return fd;
}

/// One connection attempt; keeps itself alive until it ends.
class Dial : public std::enable_shared_from_this<Dial> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Stream>, DialError>)>;

  Dial(EventLoop& loop, SocketAddress address, Done done)
      : loop_(loop), address_(std::move(address)), done_(std::move(done)) {}

  void Start(Duration timeout) {
    const Result<RawAddress> raw = ToRaw(address_);
    if (!raw) return FailLater(raw.error().message);
    const int fd = socket(raw->storage.ss_family, SOCK_STREAM | kSocketFlags, 0);
    if (fd < 0) return FailLater(ErrnoMessage("socket", errno));
    SetOption(fd, IPPROTO_TCP, TCP_NODELAY);
    stream_ = std::make_unique<Stream>(loop_, fd);
    if (connect(fd, raw->get(), raw->size) != 0 && errno != EINPROGRESS) {
      return FailLater(ErrnoMessage(ToString(address_), errno));
    }
    timer_ = loop_.StartTimer(timeout, [self = shared_from_this()] {
      self->Finish(DialError{true, ToString(self->address_) + ": connection timed out"});
    });
    stream_->AwaitWrite([self = shared_from_this(), fd] { self->OnWritable(fd); });
  }

 private:
  void OnWritable(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Finish(DialError{false, ErrnoMessage(ToString(address_), error)});
    Finish(std::move(stream_));
  }

  void FailLater(std::string message) {
    loop_.Post([self = shared_from_this(), message = std::move(message)] {
      self->Finish(DialError{false, message});
    });
  }

  void Finish(Result<std::unique_ptr<Stream>, DialError> outcome) {
    loop_.CancelTimer(timer_);
    stream_.reset();
    if (Done done = std::exchange(done_, nullptr)) done(std::move(outcome));
  }

  EventLoop& loop_;
  const SocketAddress address_;
  Done done_;
  std::unique_ptr<Stream> stream_;
  EventLoop::TimerId timer_;
};

}  // namespace

std::string ToString(const SocketAddress& address) {
  const bool v6 = address.address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.address, v6 ? "]" : "", address.port);
}

Result<int> ListenTcp(const SocketAddress& address) {
  return Open(address, SOCK_STREAM, Use::kListen);
}

Result<int> BindUdp(const SocketAddress& address) { return Open(address, SOCK_DGRAM, Use::kBind); }

Result<int> ConnectUdp(const SocketAddress& address) {
  return Open(address, SOCK_DGRAM, Use::kConnect);
}

uint16_t LocalPort(int fd) {
  RawAddress raw;
  raw.size = sizeof raw.storage;
  if (getsockname(fd, raw.get(), &raw.size) != 0) return 0;
  return ntohs(raw.storage.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&raw.storage)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&raw.storage)->sin_port);
}

Accepted AcceptTcp(int listening_fd) {
  RawAddress raw;
  raw.size = sizeof raw.storage;
  Accepted accepted;
  accepted.fd = accept4(listening_fd, raw.get(), &raw.size, kSocketFlags);
  if (accepted.fd < 0) {
    accepted.error = errno == EAGAIN ? 0 : errno;
    return accepted;
  }
  SetOption(accepted.fd, IPPROTO_TCP, TCP_NODELAY);
  accepted.peer_address = AddressText(raw);
  return accepted;
}

void DialTcp(EventLoop& loop, const SocketAddress& address, Duration timeout,
             std::function<void(Result<std::unique_ptr<Stream>, DialError>)> done) {
  std::make_shared<Dial>(loop, address, std::move(done))->Start(timeout);
}

}  // namespace lifeboat::net
