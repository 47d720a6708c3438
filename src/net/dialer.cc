#include "net/dialer.h"

#include <errno.h>
#include <sys/socket.h>

#include "net/client_connection.h"
#include "net/socket.h"

namespace lifeboat::net {
namespace {

using client::Endpoint;
using client::Stage;
using client::TransportError;
using ConnectDone =
    std::function<void(Result<std::unique_ptr<client::Connection>, TransportError>)>;
using QueryDone = std::function<void(Result<std::string>)>;

// A DNS message over UDP is never longer (RFC 6891 lets both sides agree on less).
constexpr size_t kDatagramBytesMax = 65535;

std::string HostField(const Endpoint& endpoint) {
  const std::string& host = endpoint.server_name.empty() ? endpoint.address : endpoint.server_name;
  if (endpoint.port == (endpoint.tls ? 443 : 80)) return host;
  return ToString(SocketAddress{host, endpoint.port});
}

/// The way from an endpoint to a Connection; keeps itself alive until it ends.
class Connecting : public std::enable_shared_from_this<Connecting> {
 public:
  Connecting(EventLoop& loop, const Endpoint& endpoint, ConnectDone done)
      : loop_(loop), endpoint_(endpoint), done_(std::move(done)) {}

  void Start(const std::optional<TlsClient>& tls, Duration timeout) {
    if (endpoint_.tls && !tls) {
      loop_.Post([self = shared_from_this()] {
        self->Fail(Stage::kTls, false, "no CA to check certificates with");
      });
      return;
    }
    const Instant end = loop_.clock().Now() + timeout;
    if (endpoint_.tls) session_ = tls->NewSession(endpoint_.server_name);
    DialTcp(loop_, {endpoint_.address, endpoint_.port}, timeout,
            [self = shared_from_this(), end](Result<std::unique_ptr<Stream>, DialError> stream) {
              self->OnTcp(std::move(stream), end);
            });
  }

 private:
  void OnTcp(Result<std::unique_ptr<Stream>, DialError> stream, Instant end) {
    if (!stream) {
      return Fail(Stage::kConnect, stream.error().timed_out, stream.error().message);
    }
    stream_ = std::move(*stream);
    if (!session_) return Succeed();
    stream_->UseTls(std::move(session_));
    timer_ = loop_.StartTimer(end - loop_.clock().Now(), [self = shared_from_this()] {
      self->Fail(Stage::kTls, true, "TLS handshake timed out");
    });
    Handshake();
  }

  void Handshake() {
    const IoResult result = stream_->Handshake();
    if (result.kind == IoResult::Kind::kWouldBlock) {
      stream_->AwaitHandshake([self = shared_from_this()] { self->Handshake(); });
    } else if (result.kind == IoResult::Kind::kDone) {
      Succeed();
    } else {
      Fail(Stage::kTls, false, result.message);
    }
  }

  void Succeed() {
    loop_.CancelTimer(timer_);
    std::exchange(done_, nullptr)(std::unique_ptr<client::Connection>(
        std::make_unique<ClientConnection>(loop_, std::move(stream_), HostField(endpoint_))));
  }

  void Fail(Stage stage, bool timed_out, std::string message) {
    loop_.CancelTimer(timer_);
    stream_.reset();
    std::exchange(done_, nullptr)(TransportError{stage, timed_out, std::move(message)});
  }

  EventLoop& loop_;
  const Endpoint endpoint_;
  ConnectDone done_;
  SslPtr session_;
  std::unique_ptr<Stream> stream_;
  EventLoop::TimerId timer_;
};

/// One datagram out and its answer; keeps itself alive until it ends.
class DatagramQuery : public std::enable_shared_from_this<DatagramQuery> {
 public:
  DatagramQuery(EventLoop& loop, std::string message, QueryDone done)
      : loop_(loop), message_(std::move(message)), done_(std::move(done)) {}

  void Start(const SocketAddress& address, Duration timeout) {
    const Result<int> fd = ConnectUdp(address);
    if (!fd) return FailSoon(fd.error().message);
    socket_ = std::make_unique<Descriptor>(loop_, *fd);
    if (send(*fd, message_.data(), message_.size(), MSG_NOSIGNAL) < 0) {
      return FailSoon(ErrnoMessage(ToString(address), errno));
    }
    timer_ =
        loop_.StartTimer(timeout, [self = shared_from_this()] { self->Fail("no answer in time"); });
    AwaitAnswer();
  }

 private:
  void AwaitAnswer() {
    socket_->AwaitReadable([self = shared_from_this()] { self->OnReadable(); });
  }

  void OnReadable() {
    std::string answer(kDatagramBytesMax, '\0');
    const ssize_t size = recv(socket_->fd(), answer.data(), answer.size(), 0);
    if (size < 0 && errno != EAGAIN) return Fail(ErrnoMessage("query", errno));
    // Late answers to another question that used this port carry another id (RFC 5452).
    if (size < 2 || answer.compare(0, 2, message_, 0, 2) != 0) return AwaitAnswer();
    answer.resize(static_cast<size_t>(size));
    Finish(std::move(answer));
  }

  void FailSoon(std::string message) {
    loop_.Post([self = shared_from_this(), message = std::move(message)] { self->Fail(message); });
  }
  void Fail(std::string message) { Finish(Error{ErrorCode::kUnavailable, std::move(message)}); }
  void Finish(Result<std::string> outcome) {
    loop_.CancelTimer(timer_);
    socket_.reset();
    if (QueryDone done = std::exchange(done_, nullptr)) done(std::move(outcome));
  }

  EventLoop& loop_;
  const std::string message_;
  QueryDone done_;
  std::unique_ptr<Descriptor> socket_;
  EventLoop::TimerId timer_;
};

}  // namespace

Result<std::unique_ptr<Dialer>> Dialer::New(EventLoop& loop, std::string_view ca_pem) {
  if (ca_pem.empty()) return std::unique_ptr<Dialer>(new Dialer(loop, std::nullopt));
  Result<TlsClient> tls = TlsClient::Trusting(ca_pem);
  if (!tls) return tls.error();
  return std::unique_ptr<Dialer>(new Dialer(loop, std::move(*tls)));
}

void Dialer::Connect(const Endpoint& endpoint, Duration timeout, ConnectDone done) {
  std::make_shared<Connecting>(loop_, endpoint, std::move(done))->Start(tls_, timeout);
}

void Dialer::Query(const std::string& address, uint16_t port, std::string message, Duration timeout,
                   QueryDone done) {
  std::make_shared<DatagramQuery>(loop_, std::move(message), std::move(done))
      ->Start({address, port}, timeout);
}

}  // namespace lifeboat::net
