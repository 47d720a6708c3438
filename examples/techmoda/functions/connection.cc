#include "connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "environment.h"

namespace techmoda {
namespace {

/// Waits until `fd` is ready for `events`; false after the deadline.
bool WaitFor(int fd, short events, Deadline deadline) {
  while (true) {
    int timeout = -1;
    if (deadline != kNoDeadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
      if (left.count() <= 0) return false;
      timeout = static_cast<int>(std::min<long long>(left.count(), INT_MAX));
    }
    pollfd waiting{fd, events, 0};
    const int ready = poll(&waiting, 1, timeout);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

class PlainConnection final : public Connection {
 public:
  explicit PlainConnection(int fd) : fd_(fd) {}
  ~PlainConnection() override { close(fd_); }
  bool Write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<size_t>(sent));
      } else if (errno != EINTR && (errno != EAGAIN || !WaitFor(fd_, POLLOUT, deadline))) {
        return false;
      }
    }
    return true;
  }
  long Read(char* buffer, size_t size, Deadline deadline) override {
    while (true) {
      const ssize_t got = recv(fd_, buffer, size, 0);
      if (got >= 0) return got;
      if (errno != EINTR && (errno != EAGAIN || !WaitFor(fd_, POLLIN, deadline))) return -1;
    }
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// The process's one TLS context, with the first bundle of CAs that there is.
SSL_CTX* TlsContext() {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
    SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    for (const std::string& file :
         {Env("AWS_CA_BUNDLE"), Env("SSL_CERT_FILE"),
          std::string("/etc/pki/tls/certs/ca-bundle.crt"),       // Amazon Linux.
          std::string("/etc/ssl/certs/ca-certificates.crt")}) {  // Debian.
      if (!file.empty() && SSL_CTX_load_verify_locations(made, file.c_str(), nullptr) == 1) break;
    }
    ERR_clear_error();
    return made;
  }();
  return context;
}

class TlsConnection final : public Connection {
 public:
  explicit TlsConnection(std::unique_ptr<PlainConnection> plain)
      : plain_(std::move(plain)), ssl_(SSL_new(TlsContext())) {
    SSL_set_fd(ssl_, plain_->fd());
  }
  ~TlsConnection() override { SSL_free(ssl_); }

  bool Handshake(const std::string& host, Deadline deadline) {
    SSL_set_tlsext_host_name(ssl_, host.c_str());
    SSL_set1_host(ssl_, host.c_str());
    while (true) {
      const int result = SSL_connect(ssl_);
      if (result == 1) return true;
      if (!Retry(result, deadline)) return false;
    }
  }
  bool Write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const int sent =
          SSL_write(ssl_, bytes.data(), static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX)));
      if (sent > 0) {
        bytes.remove_prefix(static_cast<size_t>(sent));
      } else if (!Retry(sent, deadline)) {
        return false;
      }
    }
    return true;
  }
  long Read(char* buffer, size_t size, Deadline deadline) override {
    while (true) {
      const int got = SSL_read(ssl_, buffer, static_cast<int>(size));
      if (got > 0) return got;
      if (SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN) return 0;
      if (!Retry(got, deadline)) return -1;
    }
  }

 private:
  /// True when the call may be made again.
  bool Retry(int result, Deadline deadline) {
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_READ:
        return WaitFor(plain_->fd(), POLLIN, deadline);
      case SSL_ERROR_WANT_WRITE:
        return WaitFor(plain_->fd(), POLLOUT, deadline);
      default:
        ERR_clear_error();
        return false;
    }
  }

  std::unique_ptr<PlainConnection> plain_;
  SSL* ssl_;
};

/// A connected, non-blocking socket, or -1.
int ConnectTo(const addrinfo& address, Deadline deadline) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int failure = 0;
  if (connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    failure = errno;
    socklen_t size = sizeof failure;
    if (failure == EINPROGRESS && WaitFor(fd, POLLOUT, deadline)) {
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    }
  }
  if (failure == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

bool Endpoint::Parse(std::string_view url, Endpoint& endpoint) {
  if (url.starts_with("http://")) {
    endpoint.tls = false;
    url.remove_prefix(7);
  } else if (url.starts_with("https://")) {
    endpoint.tls = true;
    url.remove_prefix(8);
  } else {
    return false;
  }
  endpoint.port = endpoint.tls ? 443 : 80;
  url = url.substr(0, url.find('/'));
  if (const size_t colon = url.rfind(':'); colon != std::string_view::npos) {
    const int port = std::atoi(std::string(url.substr(colon + 1)).c_str());
    if (port <= 0 || port > 65535) return false;
    endpoint.port = static_cast<uint16_t>(port);
    url = url.substr(0, colon);
  }
  endpoint.host = url;
  return !url.empty();
}

std::string Endpoint::HostHeader() const {
  return port == (tls ? 443 : 80) ? host : host + ":" + std::to_string(port);
}

std::unique_ptr<Connection> Connection::Open(const Endpoint& endpoint, Deadline deadline,
                                             std::string& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (const int failed = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found)) {
    error = endpoint.host + ": " + gai_strerror(failed);
    return nullptr;
  }
  int fd = -1;
  for (const addrinfo* a = found; a && fd < 0; a = a->ai_next) fd = ConnectTo(*a, deadline);
  freeaddrinfo(found);
  if (fd < 0) {
    error = "cannot connect to " + endpoint.HostHeader();
    return nullptr;
  }
  auto plain = std::make_unique<PlainConnection>(fd);
  if (!endpoint.tls) return plain;
  auto tls = std::make_unique<TlsConnection>(std::move(plain));
  if (!tls->Handshake(endpoint.host, deadline)) {
    error = "TLS handshake with " + endpoint.host + " failed";
    return nullptr;
  }
  return tls;
}

}  // namespace techmoda
